r"""Two engines for Python's regular expressions: one that can't hang, one that knows everything.

RE2 takes time linear in the text. It answers wherever its answer is that of Python's `re`, which
answers for the rest: look-around, backreferences, ``\b`` beside letters outside of ASCII, ``$``
before a last newline. Where only such a detail stands between the two, and the pattern is one that
might take `re` for ever, RE2's answer is given, which then takes ``$`` for the end without the last
newline, and ``\b`` for the end of an ASCII word.

Two differences stay: without regard to case RE2 folds a few letters outside of ASCII in its own
way, and a repeated group that took nothing in its last round keeps what it took before.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from chatops_cli.model.frozen import frozen
from chatops_cli.rendering.filters.translation import Alphabet, translate
from chatops_cli.rendering.limits import TemplateLimitError

if TYPE_CHECKING:
    from re2 import _Regexp

SLOW_LIMIT = 64 * 1024
"""Characters of the longest text that Python's `re` is given."""
_RISKY_LENGTH = 8 * 1024

_PREFERS_EMPTY = re.compile(r"\||[*+?}]\?")
# With one of these `re` takes at most the square of the text's length, with two any power of it.
_CHOICE = re.compile(r"(?<!\\)(?:[*+|]|\{\d|(?<!\()\?)")
_SURROGATE = re.compile("[\ud800-\udfff]")

Found: TypeAlias = re.Match[str]
"""A match. RE2's is a class of its own with the same methods, and untyped."""


@frozen
class Engine:
    """One pattern, ready for one text."""

    starts: Callable[[], bool]
    contains: Callable[[], bool]
    find: Callable[[], Iterator[Found]]


def choose_engine(text: str, pattern: str, *, ignorecase: bool, dotall: bool = False) -> Engine:
    """What answers for this text as Python's `re` would, or near to it without hanging.

    Args:
        text: What is searched.
        pattern: An expression of Python's.
        ignorecase: Whether letters fit in either case.
        dotall: Whether a dot fits a line break, too.

    Raises:
        ValueError: The pattern is no regular expression.
        TemplateLimitError: The text is too long for the engine that the pattern needs.
    """
    slow = _python(str(pattern), bool(ignorecase), dotall)
    alphabet = Alphabet.ASCII if text.isascii() else Alphabet.UNICODE
    fast = _linear(slow, alphabet)
    if fast is not None and not _is_unlike(text, slow):
        return _linear_engine(text, fast, slow)
    near = fast or _linear(slow, Alphabet.NEAR)
    if near is not None and _is_risky(text, slow):
        return _near_engine(text, near)
    return _python_engine(text, slow)


@lru_cache(maxsize=128)
def _python(pattern: str, ignorecase: bool, dotall: bool) -> re.Pattern[str]:
    import warnings

    try:
        with warnings.catch_warnings():
            # Python warns of what a later version may read in another way; this one doesn't.
            warnings.simplefilter("ignore", FutureWarning)
            flags = (re.IGNORECASE if ignorecase else 0) | (re.DOTALL if dotall else 0)
            return re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"'{pattern}' is not a regular expression: {error}") from None


@lru_cache(maxsize=128)
def _linear(slow: re.Pattern[str], alphabet: Alphabet) -> "_Regexp | None":
    translated = translate(slow.pattern, alphabet)
    if translated is None:
        return None
    import re2

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not slow.flags & re.IGNORECASE
    options.dot_nl = bool(slow.flags & re.DOTALL)
    try:
        return re2.compile(translated, options)
    except (re2.error, UnicodeEncodeError):
        return None


def _is_unlike(text: str, slow: re.Pattern[str]) -> bool:
    """Whether the two engines may see this text in different ways."""
    if "$" in slow.pattern and text.endswith("\n"):
        return True
    # RE2 reads UTF-8, which has no lone surrogates.
    return not text.isascii() and _SURROGATE.search(text) is not None


def _is_risky(text: str, slow: re.Pattern[str]) -> bool:
    """Whether Python's engine might take long: the text may be made for that."""
    return len(text) > _RISKY_LENGTH or len(_CHOICE.findall(slow.pattern)) > 1


def _linear_engine(text: str, fast: "_Regexp", slow: re.Pattern[str]) -> Engine:
    def find() -> Iterator[Found]:
        matches = _distinct(fast.finditer(text))
        if _PREFERS_EMPTY.search(slow.pattern) is None:
            return matches
        found = list(matches)
        # After an empty match Python looks for a longer one at the same place, RE2 goes on.
        if any(match.start() == match.end() for match in found) and not _is_risky(text, slow):
            return slow.finditer(text)
        return iter(found)

    return Engine(
        starts=lambda: fast.match(text) is not None,
        contains=lambda: fast.search(text) is not None,
        find=find,
    )


def _near_engine(text: str, near: "_Regexp") -> Engine:
    whole = _SURROGATE.sub("\ufffd", text)
    cut = whole.removesuffix("\n")
    texts = (whole, cut) if "$" in near.pattern else (whole,)
    return Engine(
        starts=lambda: any(near.match(t) is not None for t in texts),
        contains=lambda: any(near.search(t) is not None for t in texts),
        find=lambda: _distinct(near.finditer(texts[-1])),
    )


def _distinct(matches: Iterator[Found]) -> Iterator[Found]:
    """Each match once: google-re2 1.1 gives an empty match that it finds further on twice."""
    last = (-1, -1)
    for match in matches:
        span = (match.start(), match.end())
        if span != last:
            yield match
        last = span


def _python_engine(text: str, slow: re.Pattern[str]) -> Engine:
    if len(text) > SLOW_LIMIT:
        raise TemplateLimitError(
            f"a text of more than {SLOW_LIMIT:,} characters for '{slow.pattern}', a pattern that"
            " only Python's engine knows"
        )
    return Engine(
        starts=lambda: slow.match(text) is not None,
        contains=lambda: slow.search(text) is not None,
        find=lambda: slow.finditer(text),
    )
