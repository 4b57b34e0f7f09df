r"""Two engines for Python's regular expressions: one that can't hang, one that knows everything.

RE2 takes time linear in the text. It answers wherever its answer is that of Python's `re`, which
answers for the rest: look-around, backreferences, ``\b`` beside letters outside of ASCII, ``$``
before a last newline. Two differences stay: without regard to case RE2 folds a few letters outside
of ASCII in its own way, and a repeated group that took nothing in its last round keeps what it took
before.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from chatops_cli.rendering.limits import TemplateLimitError

if TYPE_CHECKING:
    from re2 import _Regexp

SLOW_LIMIT = 64 * 1024
"""Characters of the longest text that Python's `re` is given."""

# What Python's ``\s`` takes and RE2's doesn't, in ASCII.
_OTHER_SPACE = re.compile("[\x0b\x1c-\x1f]")
_PREFERS_EMPTY = re.compile(r"\||[*+?}]\?")
_TOKEN = re.compile(
    r"\[(?P<any>\\s\\S|\\S\\s|\\d\\D|\\D\\d|\\w\\W|\\W\\w)\]"
    r"|\\(?P<escape>x[0-7][0-9a-fA-F]|.)"
    r"|(?P<bracket>\[\^?\]?|\])"
    # A group of a kind that RE2 lacks or reads in its own way, an upper bound alone.
    r"|(?P<foreign>\(\?(?!:|P<)|\{(?=,))",
    re.DOTALL,
)
_SPACES = (
    r"\t-\r\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}"
    r"\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
)
# Escapes that mean the same in both, once the text is known to be ASCII.
_SHARED = frozenset("AdDsSwWnrtfvax")
_WIDE = {"d": r"\p{Nd}", "w": r"\p{L}\p{N}_", "s": _SPACES}


Found: TypeAlias = re.Match[str]
"""A match. RE2's is a class of its own with the same methods, and untyped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One pattern, ready for one text."""

    starts: Callable[[str], bool]
    contains: Callable[[str], bool]
    find: Callable[[str], Iterator[Found]]


def choose_engine(text: str, pattern: str, *, ignorecase: bool) -> Engine:
    """What answers for this text as Python's `re` would.

    Raises:
        ValueError: The pattern is no regular expression.
        TemplateLimitError: The text is too long for the engine that the pattern needs.
    """
    slow = _python(str(pattern), bool(ignorecase))
    fast = _linear(str(pattern), bool(ignorecase), text.isascii())
    if fast is not None and not _is_unlike(pattern, text):
        return _linear_engine(fast, slow)
    return _python_engine(text, slow)


@lru_cache(maxsize=128)
def _python(pattern: str, ignorecase: bool) -> re.Pattern[str]:
    import warnings

    try:
        with warnings.catch_warnings():
            # Python warns of what a later version may read in another way; this one doesn't.
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(pattern, re.IGNORECASE if ignorecase else 0)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"'{pattern}' is not a regular expression: {error}") from None


@lru_cache(maxsize=128)
def _linear(pattern: str, ignorecase: bool, is_ascii: bool) -> "_Regexp | None":
    translated = translate(pattern, is_ascii=is_ascii)
    if translated is None:
        return None
    import re2

    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not ignorecase
    try:
        return re2.compile(translated, options)
    except (re2.error, UnicodeEncodeError):
        return None


def translate(pattern: str, *, is_ascii: bool) -> str | None:
    r"""The pattern in RE2's words, None where they would mean something else.

    Args:
        pattern: A pattern that Python's `re` compiles.
        is_ascii: Whether it is for texts of ASCII only, where ``\d``, ``\w``, ``\b`` agree.
    """
    pieces: list[str] = []
    start, in_class = 0, False
    for token in _TOKEN.finditer(pattern):
        pieces.append(pattern[start : token.start()])
        start = token.end()
        piece = _piece(token, in_class=in_class, is_ascii=is_ascii)
        if piece is None:
            return None
        pieces.append(piece)
        if token["bracket"] is not None:
            in_class = not token[0].endswith("]") if in_class else token[0][0] == "["
    return "".join((*pieces, pattern[start:]))


def _piece(token: re.Match[str], *, in_class: bool, is_ascii: bool) -> str | None:
    """One token in RE2's words; in a class, brackets and groups are plain text."""
    if token["any"] is not None:
        return None if in_class else "(?s:.)"
    if token["escape"] is not None:
        return _escape(token["escape"], in_class=in_class, is_ascii=is_ascii)
    if token["foreign"] is not None:
        return token[0] if in_class else None
    return token[0].replace("[", r"\[") if in_class else token[0].replace("]", r"\]")


def _escape(escape: str, *, in_class: bool, is_ascii: bool) -> str | None:
    """One escape in RE2's words, without its backslash as it comes."""
    if escape == "b":
        if in_class:
            return r"\x08"
        return r"\b" if is_ascii else None
    if escape.lower() in _WIDE and not is_ascii:
        return _widened(escape, in_class=in_class)
    if escape == "Z":
        return r"\z"
    # Other letters and digits mean something else in RE2, or are references to groups.
    is_sign = escape.isascii() and not escape.isalnum()
    return f"\\{escape}" if is_sign or escape[0] in _SHARED else None


def _widened(escape: str, *, in_class: bool) -> str | None:
    """A class of characters that Python reads over all of Unicode."""
    members = _WIDE[escape.lower()]
    if escape.isupper():
        return None if in_class else f"[^{members}]"
    return members if in_class else f"[{members}]"


def _is_unlike(pattern: str, text: str) -> bool:
    """Whether the two engines may see this text in different ways."""
    if "$" in pattern and text.endswith("\n"):
        return True
    if text.isascii():
        return _OTHER_SPACE.search(text) is not None
    # RE2 reads UTF-8, which has no lone surrogates.
    return any("\ud800" <= character <= "\udfff" for character in text)


def _linear_engine(fast: "_Regexp", slow: re.Pattern[str]) -> Engine:
    def find(text: str) -> Iterator[Found]:
        matches = _distinct(fast.finditer(text))
        if _PREFERS_EMPTY.search(slow.pattern) is None:
            return matches
        found = list(matches)
        # After an empty match Python looks for a longer one at the same place, RE2 goes on.
        if any(match.start() == match.end() for match in found):
            return _python_engine(text, slow).find(text)
        return iter(found)

    return Engine(
        starts=lambda text: fast.match(text) is not None,
        contains=lambda text: fast.search(text) is not None,
        find=find,
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
        starts=lambda text: slow.match(text) is not None,
        contains=lambda text: slow.search(text) is not None,
        find=slow.finditer,
    )
