"""What is wrong in packs, put together for a person: of the catalog, and of the matcher."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from chatops_cli.cli.session import short
from chatops_cli.model.problem import Severity

if TYPE_CHECKING:
    from chatops_cli.model.pack import Pack
    from chatops_cli.model.problem import Problem
    from chatops_cli.room.world import World
    from chatops_cli.settings.values import Settings


def problems_of(world: "World") -> "tuple[Problem, ...]":
    """Everything that is wrong in what messages are understood with, by place."""
    return ordered((*world.catalog.problems, *world.table.problems))


def ordered(problems: "Iterable[Problem]") -> "tuple[Problem, ...]":
    """The problems by place, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.place, p.rule, p.message)))


def inside(folder: str, problems: "Iterable[Problem]") -> "tuple[Problem, ...]":
    """The problems of a folder and of all that is in it."""
    return tuple(
        problem
        for problem in problems
        if problem.place.file == folder or problem.place.file.startswith(f"{folder}/")
    )


def folder_of(pack: "Pack") -> str:
    """The pack's folder as places name it."""
    return pack.place.file.rpartition("/")[0]


def unread(ref: str, settings: "Settings", problems: "Iterable[Problem]") -> "tuple[Problem, ...]":
    """The problems of folders of this name: why a pack that should be there was not read."""
    from chatops_cli.catalog.folder import show

    if ref in {"", ".", ".."} or "/" in ref:
        return ()
    folders = [show(str(root / ref)) for root in settings.roots]
    folders.extend(show(str(root)) for root in settings.roots if root.name == ref)
    listed = tuple(problems)
    return tuple(problem for folder in folders for problem in inside(folder, listed))


def lines_of(problems: "Iterable[Problem]") -> Iterator[str]:
    """A line for each problem, its place as people would type it."""
    for problem in problems:
        file = problem.place.file
        yield short(file) + str(problem).removeprefix(file)


def summary_of(problems: "Iterable[Problem]") -> str:
    """How many errors and warnings there are."""
    severities = [problem.severity for problem in problems]
    counts = [(severities.count(severity), str(severity)) for severity in Severity]
    return ", ".join(counted(*count) for count in counts if count[0]) or "no problems"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number of things; `plural` where an s doesn't make it."""
    return f"1 {noun}" if number == 1 else f"{number} {plural or noun + 's'}"
