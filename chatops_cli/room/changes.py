"""What a reload has changed, and what would be broken by it."""

from collections.abc import Iterable, Iterator, Mapping

from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Problem, Severity
from chatops_cli.room.world import World

SHOWN = 8
"""Names that are listed of one kind of change."""


@frozen
class Changes:
    """What is new, gone and different, in lines; `broken` is why nothing was changed."""

    lines: tuple[str, ...] = ()
    broken: tuple[Problem, ...] = ()


def new_errors(before: World, after: World) -> tuple[Problem, ...]:
    """The errors in the packs of `after` that `before` had not: lines may have moved."""
    known = {_mark(problem) for problem in before.catalog.problems}
    return tuple(
        problem
        for problem in after.catalog.problems
        if problem.severity is Severity.ERROR and _mark(problem) not in known
    )


def changes_of(before: World, after: World) -> Changes:
    """What has changed: packs, actions, aliases, rules, settings."""
    kinds: tuple[tuple[str, Mapping[str, object], Mapping[str, object]], ...] = (
        ("pack", before.catalog.packs, after.catalog.packs),
        (
            "action",
            {action.ref: action for action in before.catalog.actions()},
            {action.ref: action for action in after.catalog.actions()},
        ),
        (
            "alias",
            {alias.ref: alias for alias in before.catalog.aliases},
            {alias.ref: alias for alias in after.catalog.aliases},
        ),
        (
            "rule",
            {f"{rule.pack}.{rule.name}": rule for rule in before.catalog.rules},
            {f"{rule.pack}.{rule.name}": rule for rule in after.catalog.rules},
        ),
    )
    lines = [line for name, old, new in kinds for line in _differences(name, old, new)]
    if before.settings != after.settings:
        lines.append("changed settings")
    return Changes(lines=tuple(lines))


def _mark(problem: Problem) -> tuple[str, str, str]:
    return problem.place.file, problem.rule, problem.message


def _differences(
    name: str, before: Mapping[str, object], after: Mapping[str, object]
) -> Iterator[str]:
    yield from _line("new", name, after.keys() - before.keys())
    yield from _line("gone", name, before.keys() - after.keys())
    both = before.keys() & after.keys()
    yield from _line("changed", name, (ref for ref in both if before[ref] != after[ref]))


def _line(verb: str, name: str, refs: Iterable[str]) -> Iterator[str]:
    found = sorted(refs)
    if found:
        more = f", and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        kind = name if len(found) == 1 else f"{name}es" if name.endswith("s") else f"{name}s"
        yield f"{verb} {kind}: {', '.join(found[:SHOWN])}{more}"
