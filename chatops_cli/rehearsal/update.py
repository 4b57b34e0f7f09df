"""A transcript with its expectations rewritten: what people say, and all comments, stay."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from chatops_cli.model.chat import ReplyKind
from chatops_cli.model.frozen import frozen
from chatops_cli.rehearsal.alignment import Pair
from chatops_cli.rehearsal.difference import as_said
from chatops_cli.rehearsal.expectations import read_parameters, spell_parameters
from chatops_cli.rehearsal.fulfilment import by_key, is_met
from chatops_cli.rehearsal.layout import said_lines
from chatops_cli.rehearsal.observed import Observed
from chatops_cli.rehearsal.script import Exchange
from chatops_cli.rehearsal.transcript import Expectation, Pause, Transcript
from chatops_cli.rehearsal.verdict import Played, Verdict
from chatops_cli.rehearsal.wording import escaped, unescaped, with_wildcards


@frozen
class _Edit:
    """The lines from `first` to `last` become `lines`; with `last` before `first` they come in."""

    first: int
    last: int
    lines: tuple[str, ...]


def updated(transcript: Transcript, verdict: Verdict) -> str:
    """The text of the transcript that this rehearsal goes as.

    A reply that is as expected stays as it is written, with its wildcards. In a new one ids and
    times become wildcards. Of an expectation that was not met, what it names stays the same.
    """
    edits = [edit for played in verdict.played for edit in _edits(played)]
    lines = list(transcript.lines)
    # From below, so that the numbers above still hold; what comes in, in its order.
    for edit in sorted(edits, key=lambda edit: (edit.first, edit.last), reverse=True):
        lines[edit.first - 1 : max(edit.last, edit.first - 1)] = edit.lines
    return transcript.written(lines)


def _edits(played: Played) -> Iterator[_Edit]:
    if played.turn.unknown is not None:
        return
    yield from _replies(played.turn.exchange, played.judged.pairs)
    yield from _expectations(played.turn.exchange.expectations, played.turn.observed)


def _replies(exchange: Exchange, pairs: Sequence[Pair]) -> Iterator[_Edit]:
    last = _head(exchange)
    coming: dict[int, list[str]] = {}
    for pair in pairs:
        new = () if pair.heard is None else _written(pair, exchange)
        if pair.wanted is not None:
            last = max(last, pair.wanted.last)
            if not pair.fits:
                yield _Edit(first=pair.wanted.at, last=pair.wanted.last, lines=new)
        else:
            last = max(last, _rest(exchange)) if _is_notice(pair) else last
            coming.setdefault(last, []).extend(new)
    for line, new_lines in coming.items():
        yield _Edit(first=line + 1, last=line, lines=tuple(new_lines))


def _is_notice(pair: Pair) -> bool:
    return pair.heard is not None and pair.heard.kind == ReplyKind.NOTICE


def _rest(exchange: Exchange) -> int:
    """The line of the last pause: what nobody has just asked for comes as time passes."""
    return max((block.last for block in exchange.blocks if isinstance(block, Pause)), default=0)


def _head(exchange: Exchange) -> int:
    """The last line of the message with the expectations directly below it."""
    last = exchange.message.last
    for block in exchange.blocks:
        if not isinstance(block, Expectation) or block.at != last + 1:
            break
        last = block.last
    return last


def _written(pair: Pair, exchange: Exchange) -> tuple[str, ...]:
    assert pair.heard is not None
    said = as_said(pair, exchange)
    return tuple(said_lines(replace(said, text=with_wildcards(pair.heard.text))))


def _expectations(expectations: Sequence[Expectation], observed: Observed) -> Iterator[_Edit]:
    for key, wanted in by_key(expectations).items():
        found = observed.values(key)
        if is_met(key, [each.value for each in wanted], found):
            continue
        lines = [
            f"= {key} {_value(key, wanted[min(number, len(wanted) - 1)].value, value)}".rstrip()
            for number, value in enumerate(found)
        ]
        first, *others = wanted
        yield _Edit(first=first.at, last=first.last, lines=tuple(lines))
        for each in others:
            yield _Edit(first=each.at, last=each.last, lines=())


def _value(key: str, wanted: str, found: str) -> str:
    """What is on record, as far as the expectation named it."""
    match key:
        case "parameters":
            named = read_parameters(wanted)
            actual = {
                name: unescaped(value) if isinstance(value, str) else value
                for name, value in read_parameters(found).items()
                if name in named
            }
            return spell_parameters(actual)
        case "decision" if len(wanted.split()) == 1:
            return found.split(maxsplit=1)[0]
        case "alias" | "action":
            return escaped(found)
        case _:
            return found
