"""What the expressions of a text refer to, and what is wrong with them, without evaluating any."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from chatops_cli.model.frozen import frozen
from chatops_cli.workflows.expressions.compiled import BOTH, CompiledExpressions
from chatops_cli.workflows.expressions.mistakes import CAUGHT, reason_of
from chatops_cli.workflows.expressions.splitting import (
    Language,
    Piece,
    may_have_expressions,
    split,
    unfinished,
)

if TYPE_CHECKING:
    from chatops_cli.workflows.expressions.jinja_names import JinjaNames
    from chatops_cli.workflows.expressions.yaql_names import YaqlNames


@frozen
class FoundExpression:
    """One expression of a text, or the whole text where it has blocks of Jinja.

    `offset` counts the characters before it in the text. `problem` says in one line why it is not
    valid, None where it is. `variables` are those that it reads by name, each once, in order;
    `optional` those that may be missing (``ctx().get(x)``, ``ctx().x | default(…)``). `tasks` are
    those named in ``task_status(…)`` and ``task(…)``. `unknown` are functions, methods and names
    that don't exist. `reads_dollar`: it reads ``$`` where that is nothing.
    """

    offset: int
    text: str
    language: Language
    problem: str | None = None
    variables: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    reads_dollar: bool = False


@frozen
class Names:
    """What one expression refers to."""

    variables: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    reads_dollar: bool = False


def find_expressions(text: str, expressions: CompiledExpressions) -> tuple[FoundExpression, ...]:
    """The expressions of a text, in order; none where it has none.

    Args:
        text: A text of a definition.
        expressions: What would evaluate it.
    """
    if not may_have_expressions(text):
        return ()
    taken = split(text)
    found = [
        FoundExpression(
            offset=piece.offset,
            text=piece.text,
            language=language,
            problem="it does not end on the line where it begins: it stays as it is written",
        )
        for language, piece in unfinished(text, taken)
    ]
    if taken is None:
        return tuple(found)
    written = [piece for piece in taken.pieces if piece.inner is not None]
    if len(taken.languages) > 1:
        found += [_mixed(piece) for piece in written]
    else:
        language = taken.languages[0]
        inspector = Inspector(expressions)
        found += [inspector.inspect(piece, language, taken.has_blocks) for piece in written]
    return tuple(sorted(found, key=lambda one: one.offset))


class Inspector:
    """Looks at one expression after the other."""

    def __init__(self, expressions: CompiledExpressions) -> None:
        self._expressions = expressions

    def inspect(self, piece: Piece, language: Language, has_blocks: bool) -> FoundExpression:
        """What there is to say of an expression, or of a text with blocks."""
        inner = piece.inner or ""
        try:
            if language is Language.YAQL:
                names = self._yaql().find(inner)
            else:
                names = self._jinja().find(inner if has_blocks else "{{ " + inner + " }}")
                if not has_blocks:
                    self._expressions.jinja.compile(inner)
        except CAUGHT as error:
            return FoundExpression(
                offset=piece.offset,
                text=piece.text,
                language=language,
                problem=reason_of(error, piece.text),
            )
        return FoundExpression(
            offset=piece.offset,
            text=piece.text,
            language=language,
            variables=names.variables,
            optional=names.optional,
            tasks=names.tasks,
            unknown=names.unknown,
            reads_dollar=names.reads_dollar,
        )

    def _yaql(self) -> "YaqlNames":
        from chatops_cli.workflows.expressions.yaql_names import YaqlNames

        return YaqlNames(self._expressions.yaql)

    def _jinja(self) -> "JinjaNames":
        from chatops_cli.workflows.expressions.jinja_names import JinjaNames

        return JinjaNames(self._expressions.jinja)


def _mixed(piece: Piece) -> FoundExpression:
    language = Language.YAQL if piece.text.startswith("<%") else Language.JINJA
    return FoundExpression(offset=piece.offset, text=piece.text, language=language, problem=BOTH)


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in the order of first use."""
    return tuple(dict.fromkeys(names))
