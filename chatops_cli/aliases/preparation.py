"""Makes a plan of a format's text."""

from typing import NamedTuple

from chatops_cli.aliases import literals, markers, program, quotes, tree
from chatops_cli.aliases.engine import compiled
from chatops_cli.aliases.format_error import FormatError
from chatops_cli.aliases.parse import to_tree
from chatops_cli.aliases.placeholders import anchored, replace
from chatops_cli.aliases.plan import Plan
from chatops_cli.aliases.syntax import MARKERS

LARGE = 2_000
"""Above this `tree.size` RE2 is asked whether it accepts the program, below it always does."""
MOST_EDGES = 12
"""Anchors and the like in a format that has others than start and end of the text."""


class Ready(NamedTuple):
    """A plan, and the literals that the index needs."""

    plan: Plan
    requirements: tuple[literals.Requirement, ...]


class Form(NamedTuple):
    """What a format says: its expression, and its parameters in order, with their defaults."""

    tree: tree.Node
    names: tuple[str, ...]
    defaults: tuple[tuple[str, str], ...]


def prepare(text: str, *, strict: bool) -> Ready:
    """The plan for the format `text`.

    Raises:
        FormatError: It does not compile, or nothing bounds the time that it takes.
    """
    form = read(text, strict=strict)
    plan = plan_of(form)._replace(is_empty=not text)
    if tree.size(form.tree) > LARGE:
        _try_out(plan)
    return Ready(plan, literals.required(form.tree))


def read(text: str, *, strict: bool) -> Form:
    """What the format `text` says.

    Raises:
        FormatError: It does not compile, or it holds what takes unbounded time.
    """
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise FormatError("the format is not Unicode text: it holds half of a surrogate pair")
    placeholders = replace(text)
    parsed = anchored(placeholders.source)
    names = tuple(name for _, name in sorted(parsed.names.items()))
    for name, _ in placeholders.defaults:
        if name not in names:
            raise FormatError(
                f"the default of {name!r} runs over a line break", hint="write it on one line"
            )
    node = to_tree(parsed, values=placeholders.values, loose=not strict)
    return Form(node, names, placeholders.defaults)


def plan_of(form: Form) -> Plan:
    """The plan for what a format says.

    Raises:
        FormatError: Too many anchors are in it.
    """
    node = form.tree
    edges = tree.edges(node)
    if len(edges) > MOST_EDGES:
        raise FormatError(
            f"the format has {len(edges)} anchors and \\b, at most {MOST_EDGES} work together"
        )
    without = quotes.resolved(node) if tree.has_values(node) else node
    plain = program.plain(node)
    return Plan(
        plain=plain,
        quoted=plain if without is node else without and program.plain(without),
        marked=program.marked(node) if edges or without is None else None,
        names=form.names,
        defaults=form.defaults,
        edges=tuple(edges),
        weight=tree.weight(node),
        is_closed=tree.is_closed(node),
        is_empty=False,
    )


def _try_out(plan: Plan) -> None:
    for one in (plan.plain, plan.quoted, plan.marked):
        if one is not None:
            compiled(markers.settle(one.pattern, MARKERS[0]))
