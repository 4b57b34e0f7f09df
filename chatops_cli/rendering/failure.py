"""What keeps a template from being rendered, said in one line."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, ExitCode
from chatops_cli.rendering.limits import TemplateLimitError

if TYPE_CHECKING:
    from jinja2 import Template

_LONGEST = 300


class TemplateError(ChatOpsError):
    """A template can't be rendered. `line` counts from 1 within its text; 0 where unknown."""

    exit_code = ExitCode.FAILED

    def __init__(self, message: str, *, line: int = 0, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.line = line


def failures() -> tuple[type[Exception], ...]:
    """What can be raised while a template is compiled or rendered, by Jinja and by what it calls.

    A template may apply any operator, method or filter to any value, so that these are all that
    Python raises for wrong values; what the system raises (files, processes) is not among them.
    """
    from jinja2 import TemplateError as JinjaError

    return (
        JinjaError,
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


def failure_of(error: Exception, template: "Template | None" = None) -> TemplateError:
    """The error to show for one of `failures`, with its line in the template's text.

    Args:
        error: What was raised, while it is being handled.
        template: The template that was rendered; None where it was compiled.
    """
    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateError):
        return error
    if isinstance(error, TemplateSyntaxError):
        return TemplateError(_one_line(error.message or "a mistake in it"), line=error.lineno)
    line = max(_lines(error, template), default=(0, 0))[1] if template is not None else 0
    hint = error.hint if isinstance(error, ChatOpsError) else None
    return TemplateError(_reason(error), line=line, hint=hint)


def _lines(error: Exception, template: "Template") -> Iterator[tuple[int, int]]:
    """Depth and line of each frame of the template that the error went through."""
    depth, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__jinja_template__") is template:
            yield depth, template.get_corresponding_lineno(trace.tb_lineno)
        depth, trace = depth + 1, trace.tb_next


def _reason(error: Exception) -> str:
    # Jinja's own syntax errors are another class: Python's come from what Jinja generates.
    if isinstance(error, RecursionError | SyntaxError):
        return "it is nested too deeply"
    if isinstance(error, MemoryError):
        return "it needs too much memory, or is nested too deeply"
    if isinstance(error, ChatOpsError | TemplateLimitError) or type(error).__module__ == (
        "jinja2.exceptions"
    ):
        return _one_line(str(error))
    return _one_line(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"
