"""The contexts in which YAQL evaluates: each call of a function is counted.

Importing this module imports YAQL (half a second); it is imported when an expression needs it.
"""

# YAQL uses the module without importing it.
import collections.abc as _needed  # noqa: F401
from collections.abc import Callable

from yaql.language import runner, utils
from yaql.language.contexts import Context
from yaql.language.factory import YaqlEngine

from chatops_cli.workflows.expressions.work import Work


class BoundedContext(Context):  # type: ignore[misc]  # YAQL has no types
    """A context that knows of which evaluation it is; the ones within it know it, too."""

    def __init__(
        self,
        parent_context: "BoundedContext | None" = None,
        data: object = utils.NO_VALUE,
        convention: object = None,
    ) -> None:
        super().__init__(parent_context, data, convention)
        self.work: Work | None = None if parent_context is None else parent_context.work

    def __call__(  # noqa: PLR0917  # YAQL calls it so
        self,
        name: str,
        engine: YaqlEngine,
        receiver: object = utils.NO_VALUE,
        data_context: "BoundedContext | None" = None,
        use_convention: bool = False,
        function_filter: Callable[..., bool] | None = None,
    ) -> Callable[..., object]:
        work = self.work
        if work is None:
            raise RuntimeError("a YAQL expression is evaluated in a context of its own")

        def call(*arguments: object, **named: object) -> object:
            work.step()
            value: object = runner.call(
                name,
                self,
                arguments,
                named,
                engine,
                receiver,
                data_context,
                use_convention,
                function_filter,
            )
            return work.made(value)

        return call

    def at_work(self, work: Work) -> "BoundedContext":
        """A context within this one, for one evaluation."""
        inner = BoundedContext(self)
        inner.work = work
        return inner
