"""Templates rendered, and kept compiled."""

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeAlias

from chatops_cli.model.json import Json
from chatops_cli.rendering.failure import TemplateError, failure_of, failures
from chatops_cli.rendering.limits import OUTPUT_LIMIT, TEXT_LIMIT
from chatops_cli.rendering.plain import PlainTemplate, compile_plain

if TYPE_CHECKING:
    from jinja2 import Template

    from chatops_cli.rendering.kept_code import CodeStore
    from chatops_cli.rendering.sandbox import Sandbox

Context: TypeAlias = Mapping[str, object]
"""What a template may name."""

KEPT = 512
"""Compiled templates that are kept."""

_REFERENCE = re.compile(r"\{\{([A-Za-z0-9_-]+)\}\}", re.ASCII)
_CUT_NOTE = "\n… (cut: the text is longer than {limit:,} characters)"


def is_template(value: Json) -> bool:
    """Whether a value has Jinja anywhere in it, in a key or a text."""
    if isinstance(value, str):
        return "{{" in value or "{%" in value
    if isinstance(value, dict):
        return any(is_template(k) or is_template(v) for k, v in value.items())
    return isinstance(value, list) and any(map(is_template, value))


class Templates:
    """Renders templates, and keeps them compiled: make one and hand it on.

    Not for several threads at once. A template of nothing but text and plain paths is rendered
    without importing Jinja.

    Args:
        store: Where what replies are compiled to is kept; None to keep it in this process alone.
    """

    def __init__(self, store: "CodeStore | None" = None) -> None:
        self._store = store
        self._kept: OrderedDict[str, PlainTemplate | None] = OrderedDict()
        self._compiled: OrderedDict[tuple[str, bool], Template] = OrderedDict()
        self._sandboxes: dict[bool, Sandbox] = {}

    def render(self, text: str, context: Context, *, strict: bool = False) -> str:
        """The template's text for a context, at most `OUTPUT_LIMIT` characters and a note.

        Args:
            text: The template.
            context: What it may name; ``six`` is there without asking.
            strict: Whether an undefined name is an error; otherwise it writes nothing. To go on
                from an undefined name (``absent.more``) is an error in both.

        Raises:
            TemplateError: It can't be rendered; the message says why, `line` where.
        """
        plain = self._plain(text)
        rendered = plain.render(context, strict=strict) if plain is not None else None
        if rendered is None:
            rendered = self._render_jinja(text, context, strict=strict)
        if len(rendered) > OUTPUT_LIMIT:
            return rendered[:OUTPUT_LIMIT] + _CUT_NOTE.format(limit=OUTPUT_LIMIT)
        return rendered

    def prepare(self, text: str) -> None:
        """Compiles the template, if it needs Jinja, so that rendering it later is quick.

        For the time in which an action runs. What is wrong with a template is told by `render`.
        """
        if self._plain(text) is None:
            with suppress(TemplateError):
                self._template(text, strict=False)

    def render_json(self, value: Json, context: Context, *, strict: bool = False) -> Json:
        """The value with every template in it rendered: texts, items, keys.

        In a list or an object a text that is only ``{{name}}`` becomes the value of that name, with
        its type; every other template gives text. A text that isn't a template stays as it is.

        Source: StackStorm, `st2common.util.param` and `st2common.util.jinja.render_values`, which
        render a list or object as one JSON text. Here each text is rendered for itself, so that a
        quote or a newline in a value can't break the others; where a template uses
        ``json_escape``, what it writes is read as the inside of a JSON string, as there.

        Raises:
            TemplateError: One of them can't be rendered.
        """
        if isinstance(value, str):
            return self.render(value, context, strict=strict) if is_template(value) else value
        return self._render_deep(value, context, strict)

    def names(self, value: Json) -> frozenset[str]:
        """The names that the templates of a value read from the context.

        Raises:
            TemplateError: One of them isn't valid Jinja.
        """
        if isinstance(value, dict):
            return frozenset().union(
                *(self.names(k) for k in value), *map(self.names, value.values())
            )
        if isinstance(value, list):
            return frozenset().union(*map(self.names, value))
        if not isinstance(value, str) or not is_template(value):
            return frozenset()
        plain = self._plain(value)
        return plain.names if plain is not None else self._undeclared(value)

    def _plain(self, text: str) -> PlainTemplate | None:
        if text in self._kept:
            self._kept.move_to_end(text)
            return self._kept[text]
        plain = self._kept[text] = compile_plain(text) if len(text) <= TEXT_LIMIT else None
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return plain

    def _render_deep(self, value: Json, context: Context, strict: bool) -> Json:
        if isinstance(value, dict):
            return {
                self._render_leaf(k, context, strict) if is_template(k) else k: self._render_deep(
                    v, context, strict
                )
                for k, v in value.items()
            }
        if isinstance(value, list):
            return [self._render_deep(item, context, strict) for item in value]
        if not isinstance(value, str) or not is_template(value):
            return value
        reference = _REFERENCE.fullmatch(value)
        if reference is not None and reference[1] in context:
            return _as_json(context[reference[1]])
        return self._render_leaf(value, context, strict)

    def _render_leaf(self, text: str, context: Context, strict: bool) -> str:
        rendered = self.render(text, context, strict=strict)
        if "json_escape" not in text:
            return rendered
        import json

        try:
            unescaped = json.loads(f'"{rendered}"')
        except ValueError:
            return rendered
        return str(unescaped)

    def _render_jinja(self, text: str, context: Context, *, strict: bool) -> str:
        template = self._template(text, strict=strict)
        try:
            return "".join(template.root_render_func(template.new_context(dict(context))))
        except failures() as error:
            raise failure_of(error, template) from error

    def _template(self, text: str, *, strict: bool) -> "Template":
        key = (text, strict)
        if key in self._compiled:
            self._compiled.move_to_end(key)
            return self._compiled[key]
        if len(text) > TEXT_LIMIT:
            raise TemplateError(f"it is longer than {TEXT_LIMIT:,} characters")
        sandbox = self._sandbox(strict=strict)
        try:
            with _quiet():
                template = self._compiled[key] = self._made(text, sandbox, strict=strict)
        except failures() as error:
            raise failure_of(error) from error
        if len(self._compiled) > KEPT:
            self._compiled.popitem(last=False)
        return template

    def _made(self, text: str, sandbox: "Sandbox", *, strict: bool) -> "Template":
        # What is strict may be put together anew each time; replies are as their aliases have them.
        if self._store is None or strict:
            return sandbox.from_string(text)
        from chatops_cli.rendering.kept_code import template_of

        return template_of(text, sandbox, self._store)

    def _undeclared(self, text: str) -> frozenset[str]:
        from jinja2 import meta

        sandbox = self._sandbox(strict=True)
        try:
            with _quiet():
                tree = sandbox.parse(text)
            return frozenset(meta.find_undeclared_variables(tree)) - sandbox.globals.keys()
        except failures() as error:
            raise failure_of(error) from error

    def _sandbox(self, *, strict: bool) -> "Sandbox":
        if strict not in self._sandboxes:
            from chatops_cli.rendering.sandbox import Sandbox

            self._sandboxes[strict] = Sandbox(strict=strict)
        return self._sandboxes[strict]


def _as_json(value: object) -> Json:
    if value is None or isinstance(value, str | int | float | list | dict):
        return value
    return str(value)


@contextmanager
def _quiet() -> Iterator[None]:
    r"""Without Python's warnings of ``\d`` in a text: packs write their patterns so."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
