"""Whether what is on record is as expected."""

from collections.abc import Sequence

from chatops_cli.rehearsal.expectations import has_parameters
from chatops_cli.rehearsal.transcript import Expectation
from chatops_cli.rehearsal.wording import match


def by_key(expectations: Sequence[Expectation]) -> dict[str, list[Expectation]]:
    """The expectations of each key, in order."""
    found: dict[str, list[Expectation]] = {}
    for each in expectations:
        found.setdefault(each.key, []).append(each)
    return found


def is_met(key: str, wanted: Sequence[str], found: Sequence[str]) -> bool:
    """Whether all is as expected: as many as there are executions, or effects in any order."""
    if len(wanted) != len(found):
        return False
    if key == "effect":
        left = list(found)
        for each in wanted:
            same_one = next((value for value in left if is_effect(each, value)), None)
            if same_one is None:
                return False
            left.remove(same_one)
        return True
    return all(meets(key, *both) for both in zip(wanted, found, strict=True))


def meets(key: str, wanted: str, found: str) -> bool:
    """Whether one value on record is as expected."""
    match key:
        case "parameters":
            return has_parameters(wanted, found)
        case "decision":
            return found.split()[: len(wanted.split())] == wanted.split()
        case _:
            return match(wanted, found, {}) is not None


def is_effect(wanted: str, found: str) -> bool:
    """Whether an effect is the one expected; of an action's parameters only those named count."""
    kind, _, rest = wanted.partition(" ")
    if kind != "action" or not found.startswith("action "):
        return match(wanted, found, {}) is not None
    ref, _, parameters = rest.strip().partition(" ")
    known, _, all_of_them = found.removeprefix("action ").partition(" ")
    return ref == known and has_parameters(parameters, all_of_them)
