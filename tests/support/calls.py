"""Actions and calls for runners, made from files that a test writes."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from chatops_cli.model.action import Action, ActionRef, Parameter
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place
from chatops_cli.runners.contract import Call


def write_pack(folder: Path, files: Mapping[str, str]) -> Path:
    """A pack `demo` in `folder` with these files under its `actions/`, none of them executable."""
    pack = folder / "demo"
    (pack / "actions").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = pack / "actions" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return pack


def make_action(
    runner: str,
    *,
    pack: Path = Path("/nowhere"),
    entry_point: str = "",
    parameters: Iterable[Parameter] = (),
) -> Action:
    return Action(
        ref=ActionRef("demo.act"),
        pack="demo",
        name="act",
        runner_type=runner,
        pack_path=str(pack),
        place=Place(file=str(pack / "actions" / "act.yaml")),
        entry_point=entry_point,
        parameters={parameter.name: parameter for parameter in parameters},
    )


def make_call(action: Action, **runner_parameters: Json) -> Call:
    """A call without parameters of its own: `dataclasses.replace` adds them."""
    return Call(
        execution_id="6543210fedcba9876543210f",
        action=action,
        runner_parameters=runner_parameters,
    )


def shell_call(cmd: str, **runner_parameters: Json) -> Call:
    return make_call(make_action("local-shell-cmd"), cmd=cmd, **runner_parameters)
