"""What was expected of an exchange, against what came of it."""

from collections.abc import Iterator, Mapping, Sequence

from chatops_cli.model.chat import Principal
from chatops_cli.model.frozen import frozen
from chatops_cli.rehearsal.alignment import Pair, align, heard_in
from chatops_cli.rehearsal.difference import difference
from chatops_cli.rehearsal.fulfilment import by_key, is_met
from chatops_cli.rehearsal.layout import block_lines, said_lines
from chatops_cli.rehearsal.observed import Observed
from chatops_cli.rehearsal.player import Turn
from chatops_cli.rehearsal.script import Exchange

ELSE, MISSING = "the bot says something else", "the bot does not say this"
SURPLUS = "the bot says something that is not expected"
REPLIES_DIFFER = (ELSE, MISSING, SURPLUS)
"""Titles of mismatches of what the bot says."""


@frozen
class Mismatch:
    """Something isn't as expected; `line` is where that stands.

    `lines` show both: with ``-`` before what was expected and did not come, with ``+`` before what
    came, with two blanks before what is as expected.
    """

    line: int
    title: str
    lines: tuple[str, ...] = ()


@frozen
class Judged:
    """The replies of one exchange side by side, and what isn't as expected.

    `names` are those that wildcards have, after this exchange.
    """

    pairs: tuple[Pair, ...]
    mismatches: tuple[Mismatch, ...]
    names: Mapping[str, str]


def judge(turn: Turn, principal: Principal, names: Mapping[str, str]) -> Judged:
    """The judgement of one exchange."""
    if turn.unknown is not None:
        title = f"nothing has been called {turn.unknown!r} before this message"
        return Judged(
            pairs=(),
            mismatches=(Mismatch(line=turn.exchange.message.at, title=title),),
            names=names,
        )
    heard = heard_in(turn.exchange, turn.observed.replies, principal)
    pairs, bound = align(turn.exchange, heard, names)
    mismatches = []
    if not all(pair.fits for pair in pairs):
        mismatches.append(_replies_differ(turn.exchange, pairs, bound))
    mismatches += _records_differ(turn.exchange, turn.observed)
    if turn.is_repeated:
        title = "this message was run more than once"
        mismatches.append(Mismatch(line=turn.exchange.message.at, title=title))
    return Judged(pairs=tuple(pairs), mismatches=tuple(mismatches), names=bound)


def _replies_differ(
    exchange: Exchange, pairs: Sequence[Pair], names: Mapping[str, str]
) -> Mismatch:
    lines: list[str] = []
    line = None
    for pair in pairs:
        if pair.fits and pair.wanted is not None:
            lines += (f"  {each}" for each in said_lines(pair.wanted))
            continue
        if line is None:
            line = pair.wanted.at if pair.wanted is not None else exchange.message.at
        lines += difference(pair, exchange, names)
    missing = sum(pair.heard is None for pair in pairs)
    surplus = sum(pair.wanted is None for pair in pairs)
    title = ELSE
    if missing and not surplus and missing + sum(p.fits for p in pairs) == len(pairs):
        title = MISSING
    elif surplus and not missing and surplus + sum(p.fits for p in pairs) == len(pairs):
        title = SURPLUS
    return Mismatch(line=line or exchange.message.at, title=title, lines=tuple(lines))


def _records_differ(exchange: Exchange, observed: Observed) -> Iterator[Mismatch]:
    for key, wanted in by_key(exchange.expectations).items():
        found = observed.values(key)
        if is_met(key, [each.value for each in wanted], found):
            continue
        lines = [f"- {line}" for each in wanted for line in block_lines(each)]
        lines += (f"+ = {key} {value}".rstrip() for value in found)
        if not found:
            lines.append(f"+ (there is no {key} on record)")
        yield Mismatch(
            line=wanted[0].at, title=f"{_TITLES[key]} not as expected", lines=tuple(lines)
        )


_TITLES = {
    "alias": "the alias is",
    "action": "the action is",
    "parameters": "the parameters are",
    "decision": "the decision is",
    "status": "the status is",
    "effect": "the effects are",
}
