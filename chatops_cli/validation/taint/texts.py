"""The values that texts of packs write: of actions and chains in Jinja, of workflows in both."""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from chatops_cli.model.json import Json
from chatops_cli.validation.taint.use import HOLE, Use, Way
from chatops_cli.workflows.expressions.compiled import CompiledExpressions
from chatops_cli.workflows.expressions.splitting import Language, may_have_expressions, split

if TYPE_CHECKING:
    from chatops_cli.validation.taint.jinja_uses import JinjaUses
    from chatops_cli.validation.taint.yaql_uses import YaqlUses


class Texts:
    """Looks at texts; the languages are made when one needs them."""

    def of_template(self, value: Json) -> Iterator[Use]:
        """The names that the templates in a value write, at any depth."""
        for text in _texts(value):
            if "{{" in text:
                yield from self._jinja.uses(text)

    def of_expression(self, value: Json) -> Iterator[Use]:
        """The variables that the expressions in a value of a workflow write, at any depth."""
        for text in _texts(value):
            if may_have_expressions(text):
                yield from self._of_text(text)

    def _of_text(self, text: str) -> Iterator[Use]:
        taken = split(text)
        if taken is None or len(taken.languages) > 1:
            return
        if taken.has_blocks:
            yield from self._jinja.uses(text)
            return
        before = ""
        for piece in taken.pieces:
            if piece.inner is None:
                before += piece.text
                continue
            for way in self._ways(piece.inner, taken.languages[0]):
                yield Use(
                    name=way.name,
                    before=before,
                    is_whole=taken.is_exact,
                    is_sure=way.is_sure,
                    is_quoted=way.is_quoted,
                )
            before += HOLE

    def _ways(self, inner: str, language: Language) -> tuple[Way, ...]:
        reader = self._yaql if language is Language.YAQL else self._jinja
        return reader.ways(inner)

    @cached_property
    def _jinja(self) -> "JinjaUses":
        from chatops_cli.validation.taint.jinja_uses import JinjaUses

        return JinjaUses()

    @cached_property
    def _yaql(self) -> "YaqlUses":
        from chatops_cli.validation.taint.yaql_uses import YaqlUses

        return YaqlUses(CompiledExpressions().yaql)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
