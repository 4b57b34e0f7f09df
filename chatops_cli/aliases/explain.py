"""Step by step, why a message matches an alias or does not. Plain data, ready for JSON."""

from collections.abc import Iterator
from dataclasses import field

from chatops_cli.aliases.characters import folded
from chatops_cli.aliases.departure import departure
from chatops_cli.aliases.format_error import FormatError
from chatops_cli.aliases.literals import Requirement, required
from chatops_cli.aliases.matcher import MATCHES_LIMIT
from chatops_cli.aliases.outcome import Ambiguous, Matched, Outcome, Refused
from chatops_cli.aliases.preparation import Form, read
from chatops_cli.aliases.subject import MarkerError, Subject
from chatops_cli.aliases.table import AliasTable, Entry, TooManyError, View, refusal
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject


@frozen
class Step:
    """One thing that was found out.

    `kind` is one of ``refused``, ``pairs``, ``text``, ``broken``, ``literal-missing``,
    ``departs``, ``match``, ``captured``, ``left-out``, ``default``, ``pair``, ``blank``,
    ``not-chosen``, ``ambiguous``, ``chosen``; `says` is a sentence, `facts` the same as data.
    """

    kind: str
    says: str
    facts: JsonObject = field(default_factory=dict)


@frozen
class Explanation:
    """What one representation of one format makes of a message."""

    alias: str
    display: str
    representation: str
    matches: bool
    steps: tuple[Step, ...]


def explain(text: str, table: AliasTable, ref: str | None = None) -> tuple[Explanation, ...]:
    """How the formats of the alias `ref` take `text`; without `ref`, those that the index offers.

    The answer is empty if no enabled alias is called `ref`, or the index offers none.
    """
    reason = refusal(text)
    if ref is not None:
        numbers = [i for i, entry in enumerate(table.entries) if entry.alias.ref == ref]
    else:
        numbers = [] if reason is not None else list(table.candidates(text))
    if reason is not None:
        refused = Step(kind="refused", says=reason)
        return tuple(_explanation(table.entries[i], [refused], matches=False) for i in numbers)
    outcome = table.match(text)
    return tuple(_explain(text, table, number, outcome) for number in numbers)


def explain_or_nearest(text: str, table: AliasTable) -> tuple[Explanation, ...]:
    """How formats take `text`: those that the index offers, or where none matches, the nearest."""
    # Only for a message that nobody understands.
    from chatops_cli.aliases.nearest import nearest

    found = explain(text, table)
    if any(each.matches for each in found):
        return found
    near = [each.alias.ref for each in nearest(text, table)]
    return tuple(each for name in near for each in explain(text, table, name))


def _explain(text: str, table: AliasTable, number: int, outcome: Outcome) -> Explanation:
    entry = table.entries[number]
    try:
        form = read(entry.representation.text, strict=table.strict)
        view = table.view(text, number)
    except (FormatError, MarkerError, TooManyError) as error:
        return _explanation(entry, [_stopped(error)], matches=False)
    steps = list(_pairs(view))
    if view.executions:
        steps += [*_values(view), _verdict(entry, outcome)]
    else:
        steps += _misses(view.subject, form)
    return _explanation(entry, steps, matches=bool(view.executions))


def _explanation(entry: Entry, steps: list[Step], *, matches: bool) -> Explanation:
    return Explanation(
        alias=entry.alias.ref,
        display=entry.format.display,
        representation=entry.representation.text,
        matches=matches,
        steps=tuple(steps),
    )


def _stopped(error: FormatError | MarkerError | TooManyError) -> Step:
    match error:
        case FormatError(message=message, hint=hint):
            return Step(kind="broken", says=message, facts={"hint": hint})
        case TooManyError():
            says = f"it matches more than {MATCHES_LIMIT} times"
        case _:
            says = "the message holds too many different control characters"
    return Step(kind="refused", says=says)


def _pairs(view: View) -> Iterator[Step]:
    if view.tail is not None:
        cut = {pair.key: pair.value for pair in view.pairs}
        kept = [p.key for p in view.tail.pairs[: len(view.tail.pairs) - len(view.pairs)]]
        says = []
        if cut:
            says.append(f"cut off its end: {', '.join(f'{k}={v}' for k, v in cut.items())}")
        if kept:
            says.append(f"stays text, since chat may not set it: {', '.join(dict.fromkeys(kept))}")
        yield Step(kind="pairs", says="; ".join(says), facts={"cut": {**cut}, "kept": [*kept]})
    text = view.subject.text[1:-1]
    yield Step(kind="text", says=f"to be matched: {text!r}", facts={"text": text})


def _misses(subject: Subject, form: Form) -> Iterator[Step]:
    missing = _missing(subject, form)
    if missing is not None:
        says = " or ".join(repr(literal) for literal in missing)
        yield Step(
            kind="literal-missing", says=f"it does not hold {says}", facts={"any_of": [*missing]}
        )
    if subject.is_blank:
        yield Step(kind="blank", says="nothing is left to be matched")
        return
    offset, expected = departure(subject, form.tree)
    text = subject.text[1:-1]
    there = repr(text[offset : offset + 40]) if offset < len(text) else "the end"
    yield Step(
        kind="departs",
        says=f"at character {offset} stands {there}, expected {expected}",
        facts={"offset": offset, "expected": expected},
    )


def _missing(subject: Subject, form: Form) -> Requirement | None:
    seen = folded(subject.text)
    for requirement in required(form.tree):
        if not any(literal in seen for literal in requirement):
            return requirement
    return None


def _values(view: View) -> Iterator[Step]:
    for execution in view.executions:
        matched = execution.captured.text.strip()
        yield Step(kind="match", says=f"matches {matched!r}", facts={"text": matched})
        pairs = {pair.key for pair in view.pairs}
        defaults = dict(view.plan.defaults)
        for name, value in execution.parameters.items():
            taken = execution.captured.values.get(name)
            yield _value(
                name, value, is_pair=name in pairs, is_default=not taken and name in defaults
            )


def _value(name: str, value: str | None, *, is_pair: bool, is_default: bool) -> Step:
    facts: JsonObject = {"name": name, "value": value}
    if is_pair:
        return Step(kind="pair", says=f"{name} is {value!r}, from a pair at the end", facts=facts)
    if value is None:
        return Step(kind="left-out", says=f"{name} was left out and has no default", facts=facts)
    if is_default:
        return Step(kind="default", says=f"{name} takes its default, {value!r}", facts=facts)
    return Step(kind="captured", says=f"{name} is {value!r}", facts=facts)


def _verdict(entry: Entry, outcome: Outcome) -> Step:
    if isinstance(outcome, Refused):
        return Step(kind="refused", says=outcome.reason)
    candidates = outcome.candidates if isinstance(outcome, Ambiguous) else (outcome,)
    for candidate in candidates:
        if not isinstance(candidate, Matched) or candidate.alias is not entry.alias:
            continue
        if candidate.representation is entry.representation:
            return _won(outcome)
        return Step(
            kind="not-chosen",
            says=f"another format of the alias fixes more text, or as much and stands first: "
            f"{candidate.representation.text}",
            facts={"representation": candidate.representation.text},
        )
    return Step(kind="not-chosen", says="an alias without match_multiple matches, and goes first")


def _won(outcome: Outcome) -> Step:
    if not isinstance(outcome, Ambiguous):
        return Step(kind="chosen", says="no other alias matches: it is chosen")
    refs = [candidate.alias.ref for candidate in outcome.candidates]
    return Step(
        kind="ambiguous",
        says=f"{len(refs)} aliases match, so none is chosen: {', '.join(refs)}",
        facts={"aliases": [*refs]},
    )
