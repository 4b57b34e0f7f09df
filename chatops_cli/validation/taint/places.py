"""Where an action's file has the default of a parameter."""

from chatops_cli.model.action import Action
from chatops_cli.model.problem import Place, Problem
from chatops_cli.reading.file import read_file
from chatops_cli.reading.source import parse


def parameter_place(action: Action, name: str) -> Place | None:
    """The place of its default; of the action, where the file has none."""
    file = action.place.file
    path = f"{action.pack_path}/actions/{file.rpartition('/')[2]}"
    data = read_file(path, file=file)
    if isinstance(data, Problem):
        return None
    return parse(data, file=file).place(("parameters", name, "default"))
