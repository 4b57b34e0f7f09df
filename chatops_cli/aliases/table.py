"""All formats of all enabled aliases, and the one question: what does this message mean?"""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from chatops_cli.aliases.characters import folded
from chatops_cli.aliases.index import Index
from chatops_cli.aliases.matcher import MATCHES_LIMIT, Captured, Matcher, Parameters
from chatops_cli.aliases.outcome import Ambiguous, Matched, Outcome, Refused, Unmatched
from chatops_cli.aliases.pairs import Pair, Tail, cut_everywhere, cut_settable, trailing
from chatops_cli.aliases.plan import Plan
from chatops_cli.aliases.store import Plans, PlanStore
from chatops_cli.aliases.subject import MarkerError, Subject
from chatops_cli.model.alias import Alias, Format, Representation
from chatops_cli.model.problem import Problem

if TYPE_CHECKING:
    from chatops_cli.aliases.words import Words

Settable: TypeAlias = Callable[[Alias], frozenset[str]]
"""The names of an alias' parameters that chat may set by ``key=value`` at the end of a message."""

MESSAGE_LIMIT = 40_960
"""Bytes of UTF-8 (40 kB); a longer message is refused."""
KEPT = 2_048
"""So many formats stay compiled; the one that was not used for longest makes room."""
RULE = "alias-format"


class Entry(NamedTuple):
    """One representation of one format; `owner` numbers the aliases."""

    owner: int
    alias: Alias
    format: Format
    representation: Representation


class AliasTable:
    """Made by `build_table`. Not to be used by several threads at the same time."""

    def __init__(
        self, entries: Sequence[Entry], plans: Plans, *, strict: bool, settable: Settable
    ) -> None:
        indexed = plans.index([entry.representation.text for entry in entries])
        self.entries = tuple(entries)
        self.strict = strict
        self.problems = tuple(
            Problem(place=entries[i].representation.place, rule=RULE, message=why, hint=hint)
            for i, (why, hint) in sorted(indexed.broken.items())
        )
        self.broken = frozenset(indexed.broken)
        self._settable = settable
        self._plans = plans
        self._index = Index(indexed.literals, indexed.always)
        self._matchers: dict[int, Matcher] = {}
        self._rounds = sorted({entry.format.match_multiple for entry in entries})

    def match(self, text: str) -> Outcome:
        """The alias that `text` means, with the parameters of each execution.

        Among formats of one alias the one that fixes the most text wins, then the first in the
        file. Formats with ``match_multiple`` are looked at only if no other matches.

        Source: StackStorm, ``match_and_execute``; it has no rule for two formats of one alias.
        """
        reason = refusal(text)
        if reason is not None:
            return Refused(reason=reason)
        message = TypedMessage(text, strict=self.strict)
        candidates = self._index.candidates(message.haystack)
        try:
            for multiple in self._rounds:
                found = self._found(message, candidates, multiple=multiple)
                if found:
                    return found[0] if len(found) == 1 else Ambiguous(candidates=tuple(found))
        except MarkerError:
            return Refused(reason="the message holds too many different control characters")
        except TooManyError:
            return Refused(reason=f"the message stands for more than {MATCHES_LIMIT} executions")
        return Unmatched()

    @cached_property
    def words(self) -> "Words":
        """The literal words of all formats, for suggestions."""
        from chatops_cli.aliases.words import Words

        return Words([entry.format.display for entry in self.entries])

    def settable(self, alias: Alias) -> frozenset[str]:
        """What chat may set by ``key=value`` at the end of a message that means `alias`."""
        return self._settable(alias)

    def candidates(self, text: str) -> tuple[int, ...]:
        """The numbers of the entries that the index lets `text` be tried with, in order."""
        message = TypedMessage(text, strict=self.strict)
        return tuple(self._index.candidates(message.haystack))

    def seen_by(self, text: str, alias: Alias) -> tuple[Subject, tuple[Pair, ...]]:
        """What the formats of `alias` see of `text`, and the pairs that were cut off for them."""
        return TypedMessage(text, strict=self.strict).seen_by(alias, self._settable)

    def view(self, text: str, number: int) -> "View":
        """How entry `number` sees `text`: for explanations.

        Raises:
            FormatError: The entry is broken.
            MarkerError: No marker is left for this message.
        """
        message = TypedMessage(text, strict=self.strict)
        entry = self.entries[number]
        subject, pairs = message.seen_by(entry.alias, self._settable)
        matcher = self._matcher(number)
        found = _executions(matcher, subject, pairs, multiple=entry.format.match_multiple)
        return View(message.tail, subject, pairs, matcher.plan, found)

    def _found(
        self, message: "TypedMessage", candidates: Iterable[int], *, multiple: bool
    ) -> list[Matched]:
        """The best match of each alias that has one."""
        best: dict[int, tuple[Entry, Matcher, tuple[Execution, ...]]] = {}
        for number in candidates:
            entry = self.entries[number]
            if entry.format.match_multiple != multiple:
                continue
            subject, pairs = message.seen_by(entry.alias, self._settable)
            matcher = self._matcher(number)
            found = _executions(matcher, subject, pairs, multiple=multiple)
            rival = best.get(entry.owner)
            if found and (rival is None or _fixes_more(matcher, found, *rival[1:])):
                best[entry.owner] = (entry, matcher, found)
        return [_matched(entry, found) for entry, _, found in best.values()]

    def _matcher(self, number: int) -> Matcher:
        matcher = self._matchers.pop(number, None)
        if matcher is None:
            matcher = Matcher(self._plans.plan(self.entries[number].representation.text))
            if len(self._matchers) >= KEPT:
                del self._matchers[next(iter(self._matchers))]
        self._matchers[number] = matcher
        return matcher


def build_table(
    aliases: Iterable[Alias],
    *,
    strict: bool,
    settable: Settable,
    plans: PlanStore | None,
) -> AliasTable:
    """The table of all enabled aliases.

    Args:
        aliases: In the order that candidates are listed in.
        strict: Match as StackStorm does, letter by letter; else by the default mode's rules.
        settable: What chat may set; asked only for candidates of a message that ends in pairs.
        plans: Where to keep what was read off formats, None to keep it nowhere.
    """
    entries = [
        Entry(owner, alias, form, representation)
        for owner, alias in enumerate(aliases)
        if alias.enabled
        for form in alias.formats
        for representation in form.representations
    ]
    return AliasTable(entries, Plans(plans, strict=strict), strict=strict, settable=settable)


def refusal(text: str) -> str | None:
    """Why `text` is not looked at, None if it is."""
    try:
        size = len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError:
        return "the message is not Unicode text: it holds half of a surrogate pair"
    if size > MESSAGE_LIMIT:
        return f"the message has {size:,} bytes, at most {MESSAGE_LIMIT:,} are read"
    return None


class Execution(NamedTuple):
    captured: Captured
    parameters: Parameters


class View(NamedTuple):
    """What one entry makes of a message; `tail` are all its pairs, `pairs` those that count."""

    tail: Tail | None
    subject: Subject
    pairs: tuple[Pair, ...]
    plan: Plan
    executions: tuple[Execution, ...]


class TypedMessage:
    """A message, its pairs found; and what each alias sees of it, made once for all that agree.

    In strict mode all see the same. Else a pair counts only where the alias lets chat set its key.
    """

    def __init__(self, text: str, *, strict: bool) -> None:
        self.text = text
        self.tail = trailing(text)
        self._strict = strict
        self._subjects: dict[str, Subject] = {}
        self.haystack = folded(self._cut_everywhere())

    def seen_by(self, alias: Alias, settable: Settable) -> tuple[Subject, tuple[Pair, ...]]:
        """The text that is left for the formats of `alias`, and the pairs cut off it."""
        if self.tail is None:
            return self._subject(self.text), ()
        if self._strict:
            return self._subject(self._cut_everywhere()), self.tail.pairs
        text, pairs = cut_settable(self.text, self.tail, settable(alias))
        return self._subject(text), pairs

    def _subject(self, text: str) -> Subject:
        if text not in self._subjects:
            self._subjects[text] = Subject(text)
        return self._subjects[text]

    def _cut_everywhere(self) -> str:
        if self.tail is None or not self._strict:
            return self.text
        return cut_everywhere(self.text, self.tail)


class TooManyError(Exception):
    pass


def _executions(
    matcher: Matcher, subject: Subject, pairs: Sequence[Pair], *, multiple: bool
) -> tuple[Execution, ...]:
    if not multiple:
        captured = matcher.first(subject)
        if captured is None:
            return ()
        parameters = matcher.parameters(captured, subject, pairs)
        return () if parameters is None else (Execution(captured, parameters),)
    every = tuple(islice(matcher.every(subject), MATCHES_LIMIT + 1))
    if len(every) > MATCHES_LIMIT:
        raise TooManyError
    made = [(captured, matcher.parameters(captured, subject, pairs)) for captured in every]
    return tuple(Execution(captured, given) for captured, given in made if given is not None)


def _fixes_more(
    matcher: Matcher,
    found: Sequence[Execution],
    rival: Matcher,
    rivals: Sequence[Execution],
) -> bool:
    return matcher.fixed(found[0].captured) > rival.fixed(rivals[0].captured)


def _matched(entry: Entry, found: Iterable[Execution]) -> Matched:
    return Matched(
        alias=entry.alias,
        format=entry.format,
        representation=entry.representation,
        parameters=tuple(execution.parameters for execution in found),
    )
