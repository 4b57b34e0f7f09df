"""Whether the actions and runners that files name are there."""

from collections.abc import Collection, Iterable, Iterator

from chatops_cli.catalog.reference import Reference, ReferenceKind
from chatops_cli.model.problem import Problem, Severity
from chatops_cli.model.runner import BUILT_IN, LEGACY_NAMES, PLANNED
from chatops_cli.reading.value import did_you_mean, make_problem

RUNNERS = "chatops.runners"
"""The group of entry points through which other distributions bring runners."""


def check_links(
    links: Iterable[Reference], *, packs: Collection[str], actions: Collection[str]
) -> Iterator[Problem]:
    """A problem for each name that leads nowhere.

    Args:
        links: What the files name.
        packs: The refs of all packs.
        actions: The refs of all actions.
    """
    runners: frozenset[str] | None = None
    for link in links:
        if link.kind is ReferenceKind.ACTION:
            if link.name not in actions:
                yield _missing_action(link, packs, actions)
            continue
        if runners is None:
            runners = _installed_runners()
        if link.name not in runners:
            known = (*BUILT_IN, *PLANNED, *LEGACY_NAMES, *sorted(runners))
            message, hint = f"there is no runner {link.name}", did_you_mean(link.name, known)
            yield make_problem(link.place, "unknown-runner", message, hint, Severity.ERROR)


def _missing_action(link: Reference, packs: Collection[str], actions: Collection[str]) -> Problem:
    pack, dot, _ = link.name.partition(".")
    if not dot:
        message, hint = f"{link.name!r} is no reference to an action", "write pack.name"
    elif pack not in packs:
        message = f"there is no action {link.name}: no pack {pack} is here"
        hint = did_you_mean(pack, packs) or f"install the pack {pack}"
    else:
        message = f"there is no action {link.name}"
        near = [ref for ref in actions if ref.startswith(f"{pack}.")]
        hint = did_you_mean(link.name, near) or f"see the actions of the pack {pack}"
    return make_problem(link.place, "missing-action", message, hint, Severity.ERROR)


def _installed_runners() -> frozenset[str]:
    from importlib.metadata import entry_points

    return frozenset(point.name for point in entry_points(group=RUNNERS))
