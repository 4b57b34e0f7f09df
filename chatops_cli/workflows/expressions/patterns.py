"""Regular expressions of YAQL, by an engine that can't hang.

YAQL asks Python's `re`, which takes for ever for some patterns on some texts, and a text may come
from a chat. Here RE2 answers wherever it can; what it can't is refused where `re` might not end.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from chatops_cli.rendering.filters.engine import Found, choose_engine
from chatops_cli.rendering.filters.translation import Alphabet, translate
from chatops_cli.workflows.expressions.mistakes import MistakeError

_CHOICE = re.compile(r"(?<!\\)(?:[*+|]|\{\d|(?<!\()\?)")
_OTHER_FLAGS = re.MULTILINE


def compile_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern.

    Raises:
        MistakeError: It is no regular expression.
    """
    import warnings

    try:
        with warnings.catch_warnings():
            # Python warns of what a later version may read in another way; this one doesn't.
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError) as error:
        reason = error.msg if isinstance(error, re.error) else "it is too large"
        raise MistakeError(f"a pattern is not a regular expression: {reason}") from None


def find(pattern: re.Pattern[str], text: str) -> Iterator[Found]:
    """The matches in the text, from left to right.

    Raises:
        MistakeError: The pattern might take for ever.
    """
    source = pattern.pattern
    if pattern.flags & _OTHER_FLAGS:
        source = f"(?m){source}"
    ignorecase = bool(pattern.flags & re.IGNORECASE)
    if len(_CHOICE.findall(source)) > 1 and not _is_linear(source):
        raise MistakeError(
            "a pattern needs Python's own engine, which may take for ever",
            hint="look-around, backreferences and multi-line patterns may have one repetition only",
        )
    dotall = bool(pattern.flags & re.DOTALL)
    return choose_engine(text, source, ignorecase=ignorecase, dotall=dotall).find()


@lru_cache(maxsize=128)
def _is_linear(source: str) -> bool:
    import re2

    translated = translate(source, Alphabet.NEAR)
    if translated is None:
        return False
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(translated, options)
    except (re2.error, UnicodeEncodeError):
        return False
    return True


def is_in(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the pattern is anywhere in the text."""
    return next(find(pattern, text), None) is not None
