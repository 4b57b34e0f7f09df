"""A format made ready: programs for RE2, parameters, defaults; plain data that can be kept."""

import json
from typing import NamedTuple

VERSION = 2
"""To be raised when the same format gives another plan, or another reason why there is none."""


class Program(NamedTuple):
    """A pattern for RE2, and the name of the parameter in each of its groups."""

    pattern: str
    names: tuple[str, ...]


class Plan(NamedTuple):
    """What it takes to match one format.

    `plain` is the program for messages without quotes, `quoted` for those with quotes, None where
    only `marked` can tell; that is for messages with markers, None where none needs them. `names`
    are all parameters, in the order of the format, whether a program has a group for it or not.
    `edges` are the places to be marked, each as often as it is asked for. `weight` and `is_closed`
    as in `tree`. `is_empty`: the format has no text at all.
    """

    plain: Program
    quoted: Program | None
    marked: Program | None
    names: tuple[str, ...]
    defaults: tuple[tuple[str, str], ...]
    edges: tuple[str, ...]
    weight: int
    is_closed: bool
    is_empty: bool


def to_json(plan: Plan) -> str:
    """The plan as text, for `from_json`."""
    return json.dumps(plan, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Plan:
    """The plan that `to_json` wrote.

    Raises:
        ValueError: It is something else.
    """
    try:
        plain, quoted, marked, names, defaults, edges, *rest = json.loads(text)
        return Plan(
            Program(plain[0], tuple(plain[1])),
            quoted and Program(quoted[0], tuple(quoted[1])),
            marked and Program(marked[0], tuple(marked[1])),
            tuple(names),
            tuple((name, default) for name, default in defaults),
            tuple(edges),
            *rest,
        )
    except (TypeError, IndexError) as error:
        raise ValueError("not a plan") from error
