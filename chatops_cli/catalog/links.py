"""Whether the actions and runners that files name are there."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from chatops_cli.catalog.reference import Reference, ReferenceKind
from chatops_cli.model.problem import Problem, Severity
from chatops_cli.model.runner import BUILT_IN, LEGACY_NAMES
from chatops_cli.reading.value import did_you_mean, make_problem, nearest_word

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
    names: dict[str, list[str]] = {}
    for link in links:
        if link.kind is ReferenceKind.ACTION:
            if link.name not in actions:
                names = names or _names(actions)
                yield _missing_action(link, packs, names)
            continue
        if runners is None:
            runners = installed_runners()
        if link.name not in runners:
            known = (*BUILT_IN, *LEGACY_NAMES, *sorted(runners))
            message, hint = f"there is no runner {link.name}", did_you_mean(link.name, known)
            yield make_problem(link.place, "unknown-runner", message, hint, Severity.ERROR)


def _names(actions: Iterable[str]) -> dict[str, list[str]]:
    """The names of the actions of each pack."""
    names: dict[str, list[str]] = {}
    for action in actions:
        pack, _, name = action.partition(".")
        names.setdefault(pack, []).append(name)
    return names


def _missing_action(
    link: Reference, packs: Collection[str], names: Mapping[str, Sequence[str]]
) -> Problem:
    pack, dot, name = link.name.partition(".")
    is_here = not dot or pack in packs
    if not dot:
        message, hint = f"{link.name!r} is no reference to an action", "write pack.name"
    elif not is_here:
        message = f"there is no action {link.name}: {absent(pack)}"
        hint = did_you_mean(pack, packs) or f"install the pack {pack}"
    else:
        # The pack's own name is right, and would make all of its actions look alike.
        near = nearest_word(name, names.get(pack, ()))
        message = f"there is no action {link.name}"
        hint = f"did you mean {pack}.{near}?" if near else f"see the actions of the pack {pack}"
    return make_problem(
        link.place,
        "missing-action" if is_here else "missing-pack",
        message,
        hint,
        Severity.ERROR,
    )


def absent(pack: str) -> str:
    """What is said of a pack that isn't loaded."""
    return f"no pack {pack} is here"


def installed_runners() -> frozenset[str]:
    """The runner types that other distributions bring."""
    from importlib.metadata import entry_points

    return frozenset(point.name for point in entry_points(group=RUNNERS))
