"""What a change brings, all of it: told apart by two states of a repository."""

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from chatops_cli.model.frozen import frozen
from chatops_cli.validation.comparison.access import AccessChange, access_changes
from chatops_cli.validation.comparison.commands import Command, commands
from chatops_cli.validation.comparison.news import brought, lines_of
from chatops_cli.validation.comparison.repository import Repository
from chatops_cli.validation.comparison.sides import Asked, Side, side_at, side_now
from chatops_cli.validation.finding import Finding
from chatops_cli.validation.fixing.plan import with_fixes
from chatops_cli.validation.run import Report, packs_in


@frozen
class Comparison:
    """The report of the state after, with the findings that are new; and what else differs."""

    report: Report
    commands: tuple[Command, ...]
    access: tuple[AccessChange, ...]
    notes: tuple[str, ...]


def compare(asked: Asked, repository: Repository, revision: str) -> Comparison:
    """What lies between two states.

    Args:
        asked: What was asked for.
        repository: Where it is.
        revision: As it was typed.

    Raises:
        ChatOpsError: There is no such revision, or nothing at a path.
    """
    revisions = repository.revisions(revision)
    with tempfile.TemporaryDirectory(prefix="chatops-diff-") as temporary:
        base = Path(temporary)
        old = _written(asked, repository, revisions.old, base / "old")
        if revisions.new is None:
            new = side_now(asked)
        else:
            new = _written(asked, repository, revisions.new, base / "new")
        found = brought(old, new, repository.renames(revisions))
        if revisions.new is None:
            found = tuple(with_fixes(found, packs_in(new.world, new.scope)))
        report = replace(
            new.report,
            findings=tuple(_in_place(each, new) for each in found),
            lines={_shown(file, new): lines_of(file) for file in _files(found, new)},
        )
        return Comparison(
            report=report,
            commands=tuple(
                replace(each, place=replace(each.place, file=_shown(each.place.file, new)))
                for each in commands(old, new)
            ),
            access=access_changes(old, new),
            notes=(*old.notes, *new.notes),
        )


def _written(asked: Asked, repository: Repository, commit: str, folder: Path) -> Side:
    top = folder / "tree"
    top.mkdir(parents=True)
    return side_at(asked, top, folder / "home", repository.write(commit, top))


def _in_place(finding: Finding, side: Side) -> Finding:
    problem = finding.problem
    file = _shown(problem.place.file, side)
    if file == problem.place.file:
        return finding
    message = side.without_top(problem.message)
    return replace(
        finding,
        problem=replace(problem, place=replace(problem.place, file=file), message=message),
    )


def _files(found: Iterable[Finding], side: Side) -> frozenset[str]:
    """The files of findings that will be gone when they are told."""
    files = frozenset(finding.place.file for finding in found)
    return frozenset(file for file in files if _shown(file, side) != file)


def _shown(file: str, side: Side) -> str:
    """A file of a commit as the repository calls it: the folder that was made for it is gone."""
    is_temporary = side.world.settings.home.parent == side.top.parent
    return side.inside(file) if is_temporary else file
