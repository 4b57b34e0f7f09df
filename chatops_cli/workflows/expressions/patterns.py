"""Regular expressions of YAQL, by the engine of the templates' filters, which can't hang."""

import re
from collections.abc import Iterator

from chatops_cli.rendering.filters.engine import Engine, Found, choose_engine, timed
from chatops_cli.workflows.expressions.mistakes import MistakeError


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
        TemplateLimitError: The pattern might take for ever.
    """
    return timed(_engine(pattern, text), pattern.pattern)


def is_in(pattern: re.Pattern[str], text: str) -> bool:
    """Whether the pattern is anywhere in the text; same errors as `find`."""
    return _engine(pattern, text).contains()


def _engine(pattern: re.Pattern[str], text: str) -> Engine:
    flags = pattern.flags
    return choose_engine(
        text,
        pattern.pattern,
        ignorecase=bool(flags & re.IGNORECASE),
        dotall=bool(flags & re.DOTALL),
        multiline=bool(flags & re.MULTILINE),
    )
