"""What went wrong with an expression, in words that quote no value: one may be a secret."""

import re

from chatops_cli.errors import ChatOpsError
from chatops_cli.rendering.limits import TemplateLimitError
from chatops_cli.workflows.evaluation import ExpressionError

_SHOWN = 80
_REASON = 300
_QUOTED = re.compile(r"""(['"`]).*['"`]""", re.DOTALL)

TOO_DEEP = "it is nested too deeply"

CAUGHT: tuple[type[Exception], ...] = (
    ChatOpsError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NameError,
    RuntimeError,
    StopIteration,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What can be raised while an expression is evaluated, beside the classes of its language.

An expression may apply any operator or function to any value: these are all that Python raises for
wrong values. What the system raises is not among them.
"""


class MistakeError(ValueError):
    """What an expression does wrong, in words that quote no value.

    Args:
        reason: One line, no full stop at its end.
        hint: What to do about it.
    """

    def __init__(self, reason: str, *, hint: str | None = None) -> None:
        super().__init__(reason)
        self.hint = hint


def error_of(error: Exception, expression: str) -> ExpressionError:
    """The error to show for what was raised.

    Args:
        error: One of `CAUGHT`, or of the language's own errors.
        expression: What could not be evaluated, with its delimiters.
    """
    hint = error.hint if isinstance(error, ChatOpsError | MistakeError) else None
    return ExpressionError(f"{short(expression)}: {reason_of(error, expression)}", hint=hint)


def short(expression: str) -> str:
    """The expression in one line, cut where it is long."""
    line = " ".join(expression.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def reason_of(error: Exception, expression: str) -> str:
    """Why, in one line."""
    text = _reason(error, expression)
    line = " ".join(text.split()).removesuffix(".")
    return line if len(line) <= _REASON else f"{line[:_REASON]}…"


def _reason(error: Exception, expression: str) -> str:  # noqa: PLR0911  # a table of classes
    match error:
        case MistakeError() | TemplateLimitError():
            return str(error)
        case ChatOpsError():
            return error.message
        case RecursionError():
            return TOO_DEEP
        case MemoryError():
            return "it needs too much memory"
        case ZeroDivisionError():
            return "it divides by zero"
        case KeyError():
            return _missing(error, expression)
        case IndexError():
            return "a list has fewer items than it takes"
        case StopIteration():
            return "a list has no such item"
        case _:
            return _said(error, expression)


def _said(error: Exception, expression: str) -> str:
    if type(error).__module__ == "jinja2.exceptions":
        # Jinja's own name types and attributes, never values.
        return str(error)
    words = _without_values(str(error), expression)
    return (
        f"{_KINDS.get(type(error).__name__, type(error).__name__)}{f': {words}' if words else ''}"
    )


_KINDS = {
    "AssertionError": "an assertion fails",
    "AttributeError": "a value has no such attribute",
    "OverflowError": "a number is too large",
    "TypeError": "a value is of the wrong type",
    "ValueError": "a value doesn't fit",
}


def _missing(error: KeyError, expression: str) -> str:
    key = error.args[0] if error.args else None
    if isinstance(key, str) and key and key in expression:
        return f"there is no '{key}'"
    return "an object has no such key"


def _without_values(text: str, expression: str) -> str:
    """The text of an error, without what it quotes; what stands in the expression itself stays."""

    def shown(found: re.Match[str]) -> str:
        quoted = found[0][1:-1]
        return found[0] if quoted and quoted in expression else "'…'"

    return _QUOTED.sub(shown, text)
