"""Expressions in Jinja, compiled and evaluated in the sandbox of all templates.

Importing this module imports Jinja; it is imported when an expression needs it.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet

from jinja2 import (
    StrictUndefined,
    Template,
    TemplateError,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
    pass_context,
)
from jinja2.runtime import Context

from chatops_cli.model.json import Json
from chatops_cli.rendering.limits import TEXT_LIMIT
from chatops_cli.rendering.sandbox import Sandbox
from chatops_cli.workflows.evaluation import Scope
from chatops_cli.workflows.expressions import filters, known
from chatops_cli.workflows.expressions.datastore import WorkflowValues
from chatops_cli.workflows.expressions.mistakes import CAUGHT, MistakeError
from chatops_cli.workflows.expressions.results import Gathering

FAILURES: tuple[type[Exception], ...] = (TemplateError, *CAUGHT)
"""What can be raised while an expression is compiled or evaluated."""

# No name of Jinja's has a space in it: an expression can't read it.
_SCOPE = "the scope"
_VALUE = "value"


class JinjaLanguage:
    """Compiles expressions in Jinja, and evaluates them.

    Args:
        values: What ``st2kv`` reads, None where there is no datastore.
    """

    def __init__(self, values: WorkflowValues | None) -> None:
        self._sandbox = Sandbox(strict=True)
        table = self._sandbox.filters
        for alias, name in filters.ALIASES.items():
            table[alias] = table[name]
        table["json"] = known.parse_json
        table["zip"] = known.zip_lists
        self._sandbox.globals.update({name: table[name] for name in filters.NAMES})
        self._sandbox.globals.update({name: table[name] for name in filters.ALIASES})
        self._sandbox.globals.update(_functions())
        self._sandbox.globals["st2kv"] = values if values is not None else _no_datastore

    def compile(self, text: str) -> Template:
        """One expression, without its delimiters.

        Raises:
            MistakeError: It isn't valid.
        """
        tree = self._parsed("{{ " + text + " }}")
        body = tree.body
        output = body[0] if len(body) == 1 else None
        if not isinstance(output, nodes.Output) or len(output.nodes) != 1:
            raise MistakeError("it is not one expression")
        assigned = nodes.Assign(nodes.Name(_VALUE, "store", lineno=1), output.nodes[0], lineno=1)
        made = nodes.Template([assigned], lineno=1)
        made.set_environment(self._sandbox)
        return self._compiled(made)

    def compile_blocks(self, text: str) -> Template:
        """A whole text with blocks in it; same errors as `compile`."""
        return self._compiled(self._parsed(text))

    def evaluate(self, template: Template, scope: Scope) -> Json:
        """What the expression gives, as plain data.

        Raises:
            MistakeError: Something in it isn't there.
            Exception: One of `FAILURES`.
        """
        context = template.new_context({_SCOPE: scope})
        try:
            for _ in template.root_render_func(context):
                pass
            value = context.vars[_VALUE]
            if isinstance(value, StrictUndefined):
                str(value)
            return Gathering().gather(value)
        except UndefinedError as error:
            raise _undefined(error) from None

    def render(self, template: Template, scope: Scope) -> str:
        """The text of a whole text with blocks; same errors as `evaluate`."""
        context = template.new_context({_SCOPE: scope})
        try:
            return "".join(template.root_render_func(context))
        except UndefinedError as error:
            raise _undefined(error) from None

    def parse(self, text: str) -> nodes.Template:
        """A text with expressions and blocks, as it is written; same errors as `compile`."""
        return self._parsed(text)

    @property
    def names(self) -> AbstractSet[str]:
        """The names that every expression knows."""
        return self._sandbox.globals.keys()

    def _parsed(self, text: str) -> nodes.Template:
        if len(text) > TEXT_LIMIT:
            raise MistakeError(f"it is longer than {TEXT_LIMIT:,} characters")
        try:
            return self._sandbox.parse(text)
        except TemplateSyntaxError as error:
            raise MistakeError(error.message or "a mistake in it") from None

    def _compiled(self, tree: nodes.Template) -> Template:
        import warnings

        try:
            with warnings.catch_warnings():
                # Python warns of escapes in texts: packs write their patterns so.
                warnings.simplefilter("ignore")
                return self._sandbox.from_string(tree)
        except TemplateSyntaxError as error:
            raise MistakeError(error.message or "a mistake in it") from None


def _undefined(error: UndefinedError) -> MistakeError:
    message = error.message or "something in it is not defined"
    name = message.split("'")[1] if message.endswith(" is undefined") and "'" in message else None
    if name is None:
        return MistakeError(message)
    return MistakeError(
        f"there is no '{name}' in Jinja", hint=f"a variable is ctx('{name}') or ctx().{name}"
    )


def _no_datastore(key: object, **options: object) -> None:
    del key, options
    raise MistakeError("there is no datastore here")


def _functions() -> dict[str, Callable[..., object]]:
    """What looks at the scope of the expression at hand."""

    def of_scope(function: Callable[..., object]) -> Callable[..., object]:
        @pass_context
        def call(context: Context, *arguments: object, **named: object) -> object:
            for argument in (*arguments, *named.values()):
                if isinstance(argument, StrictUndefined):
                    # It raises the error that tells its name.
                    str(argument)
            return function(context[_SCOPE], *arguments, **named)

        return call

    return {
        "ctx": of_scope(_ctx),
        "item": of_scope(known.item),
        "task_status": of_scope(known.task_status),
        "task": of_scope(known.task),
        "succeeded": of_scope(known.succeeded),
        "failed": of_scope(known.failed),
        "completed": of_scope(known.completed),
        "result": of_scope(known.result),
        "json": known.parse_json,
        "zip": known.zip_lists,
    }


def _ctx(scope: Scope, key: object = None) -> object:
    if not key:
        return known.visible(scope)
    if not isinstance(key, str):
        raise MistakeError("ctx takes the name of a variable")
    return known.variable(scope, key)
