r"""Two engines for Python's regular expressions: one that can't hang, one that knows everything.

RE2 takes time linear in the text. It answers wherever its answer is that of Python's `re`, which
answers for the rest: look-around, backreferences, ``\b`` beside letters outside of ASCII, ``$``
before a last newline. Where only such a detail stands between the two, and the pattern is one that
might take `re` for ever, RE2's answer is given, which then takes ``$`` for the end without the last
newline, and ``\b`` for the end of an ASCII word. Where RE2 has no answer at all, `re` is asked if
it is sure to end soon; otherwise the pattern is refused for this text.

Two differences stay: without regard to case RE2 folds a few letters outside of ASCII in its own
way, and a repeated group that took nothing in its last round keeps what it took before.
"""

import re
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from chatops_cli.model.frozen import frozen
from chatops_cli.rendering.filters.effort import effort
from chatops_cli.rendering.filters.translation import Alphabet, translate
from chatops_cli.rendering.limits import TIME_LIMIT, TemplateLimitError

if TYPE_CHECKING:
    from re2 import _Regexp

SLOW_LIMIT = 64 * 1024
"""Characters of the longest text that Python's `re` is given."""
EFFORT_LIMIT = 1e9
"""Ways through a text that Python's `re` may have to try: a second or a few."""
_RISKY_LENGTH = 8 * 1024

_PREFERS_EMPTY = re.compile(r"\||[*+?}]\?")
# With one of these `re` takes at most the square of the text's length, with two any power of it.
_CHOICE = re.compile(r"(?<!\\)(?:[*+|]|\{\d|(?<!\()\?)")
_FLAGS = re.compile(r"\(\?[ims]+\)")
_SURROGATE = re.compile("[\ud800-\udfff]")

Found: TypeAlias = re.Match[str]
"""A match. RE2's is a class of its own with the same methods, and untyped."""


@frozen
class Engine:
    """One pattern, ready for one text."""

    starts: Callable[[], bool]
    contains: Callable[[], bool]
    find: Callable[[], Iterator[Found]]


def choose_engine(
    text: str,
    pattern: str,
    *,
    ignorecase: bool,
    dotall: bool = False,
    multiline: bool = False,
) -> Engine:
    """What answers for this text as Python's `re` would, or near to it without hanging.

    Args:
        text: What is searched.
        pattern: An expression of Python's.
        ignorecase: Whether letters fit in either case.
        dotall: Whether a dot fits a line break, too.
        multiline: Whether ``^`` and ``$`` fit at the ends of all lines.

    Raises:
        ValueError: The pattern is no regular expression.
        TemplateLimitError: The pattern needs an engine that might take too long for this text.
    """
    flags = re.IGNORECASE if ignorecase else re.NOFLAG
    flags |= re.DOTALL if dotall else re.NOFLAG
    flags |= re.MULTILINE if multiline else re.NOFLAG
    slow = _python(str(pattern), flags)
    alphabet = Alphabet.ASCII if text.isascii() else Alphabet.UNICODE
    fast = _linear(slow, alphabet)
    if fast is not None and not _is_unlike(text, slow):
        return _linear_engine(text, fast, slow)
    near = fast or _linear(slow, Alphabet.NEAR)
    if near is not None and _is_risky(text, slow):
        return _near_engine(text, near, slow)
    return _python_engine(text, slow)


def timed(engine: Engine, pattern: str) -> Iterator[Found]:
    """The matches from left to right.

    Raises:
        TemplateLimitError: It takes too long to find all of them.
    """
    # Each search is linear in what is left of the text; many of them need a bound of their own.
    deadline = time.monotonic() + TIME_LIMIT
    for found in engine.find():
        yield found
        if time.monotonic() > deadline:
            raise TemplateLimitError(f"'{pattern}' takes more than {TIME_LIMIT:g} seconds")


@lru_cache(maxsize=128)
def _python(pattern: str, flags: re.RegexFlag) -> re.Pattern[str]:
    import warnings

    try:
        with warnings.catch_warnings():
            # Python warns of what a later version may read in another way; this one doesn't.
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"'{pattern}' is not a regular expression: {error}") from None


@lru_cache(maxsize=128)
def _linear(slow: re.Pattern[str], alphabet: Alphabet) -> "_Regexp | None":
    # Flags at its start hold for all of it, and `re` has taken note of them.
    translated = translate(_FLAGS.sub("", slow.pattern, count=1), alphabet)
    if translated is None:
        return None
    import re2

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not slow.flags & re.IGNORECASE
    options.dot_nl = bool(slow.flags & re.DOTALL)
    if slow.flags & re.MULTILINE:
        translated = f"(?m){translated}"
    try:
        return re2.compile(translated, options)
    except (re2.error, UnicodeEncodeError):
        return None


def _is_unlike(text: str, slow: re.Pattern[str]) -> bool:
    """Whether the two engines may see this text in different ways."""
    if _has_last_line(text, slow):
        return True
    # RE2 reads UTF-8, which has no lone surrogates.
    return not text.isascii() and _SURROGATE.search(text) is not None


def _has_last_line(text: str, slow: re.Pattern[str]) -> bool:
    """Whether ``$`` may fit before a line break at the end, which RE2 knows of all lines alone."""
    return "$" in slow.pattern and text.endswith("\n") and not slow.flags & re.MULTILINE


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


def _near_engine(text: str, near: "_Regexp", slow: re.Pattern[str]) -> Engine:
    whole = _SURROGATE.sub("\ufffd", text)
    texts = (whole, whole.removesuffix("\n")) if _has_last_line(text, slow) else (whole,)
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
    if effort(slow.pattern, len(text)) > EFFORT_LIMIT:
        raise TemplateLimitError(
            f"'{slow.pattern}' is a pattern that only Python's engine knows, which may take for"
            f" ever with a text of {len(text):,} characters: use no look-around nor backreference,"
            " or fewer repetitions"
        )
    return Engine(
        starts=lambda: slow.match(text) is not None,
        contains=lambda: slow.search(text) is not None,
        find=lambda: slow.finditer(text),
    )
