"""Expressions evaluated, and kept compiled."""

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from chatops_cli.model.json import Json
from chatops_cli.rendering.datastore import Lookup
from chatops_cli.rendering.limits import VALUE_LIMIT
from chatops_cli.workflows.evaluation import ExpressionError, Scope
from chatops_cli.workflows.expressions.datastore import values_of
from chatops_cli.workflows.expressions.direct import compile_direct, is_plain_jinja
from chatops_cli.workflows.expressions.direct_values import Direct, Doubt
from chatops_cli.workflows.expressions.mistakes import MistakeError, error_of, short
from chatops_cli.workflows.expressions.results import key_text
from chatops_cli.workflows.expressions.splitting import (
    Language,
    Piece,
    Split,
    may_have_expressions,
    split,
)

if TYPE_CHECKING:
    from chatops_cli.workflows.expressions.jinja_language import JinjaLanguage
    from chatops_cli.workflows.expressions.yaql_language import YaqlLanguage

KEPT = 4096
"""Texts that are kept compiled."""
_KEPT_LENGTH = 32 * 1024 * 1024

_Compiled: TypeAlias = Callable[[Scope], Json]

BOTH = "YAQL and Jinja in one text"


class CompiledExpressions:
    """Evaluates what a definition says: make one and hand it on. Not for several threads at once.

    YAQL and Jinja are imported when an expression needs them. A value that an expression gives is
    data: what looks like an expression in it stays as it is.

    Args:
        datastore: What ``st2kv`` reads, None where there is none.
    """

    def __init__(self, datastore: Lookup | None = None) -> None:
        self._values = values_of(datastore)
        self._kept: OrderedDict[str, _Compiled | None] = OrderedDict()
        self._length = 0
        self._yaql: YaqlLanguage | None = None
        self._jinja: JinjaLanguage | None = None

    def evaluate(self, value: Json, scope: Scope) -> Json:
        """The value with all expressions in it evaluated, at any depth, keys of objects too.

        A text that is one expression gives a value of any type, one with more around it a text, in
        which values stand as Python writes them.

        Raises:
            ExpressionError: One of them can't be; the message names it and says why.
        """
        if isinstance(value, str):
            if not may_have_expressions(value):
                return value
            compiled = self._compiled(value)
            return value if compiled is None else compiled(scope)
        if isinstance(value, dict):
            return {
                (self._key(k, scope) if may_have_expressions(k) else k): self.evaluate(v, scope)
                for k, v in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.evaluate(item, scope) for item in value]
        return value

    @property
    def yaql(self) -> "YaqlLanguage":
        """YAQL, made when it is first needed."""
        if self._yaql is None:
            from chatops_cli.workflows.expressions.yaql_language import YaqlLanguage

            self._yaql = YaqlLanguage(self._values)
        return self._yaql

    @property
    def jinja(self) -> "JinjaLanguage":
        """Jinja, made when it is first needed."""
        if self._jinja is None:
            from chatops_cli.workflows.expressions.jinja_language import JinjaLanguage

            self._jinja = JinjaLanguage(self._values)
        return self._jinja

    def _key(self, text: str, scope: Scope) -> str:
        try:
            return key_text(self.evaluate(text, scope))
        except MistakeError as error:
            raise error_of(error, text) from error

    def _compiled(self, text: str) -> _Compiled | None:
        kept = self._kept
        if text in kept:
            kept.move_to_end(text)
            return kept[text]
        taken = split(text)
        compiled = kept[text] = None if taken is None else self._compile(text, taken)
        self._length += len(text)
        while len(kept) > KEPT or (self._length > _KEPT_LENGTH and len(kept) > 1):
            oldest, _ = kept.popitem(last=False)
            self._length -= len(oldest)
        return compiled

    def _compile(self, text: str, taken: Split) -> _Compiled:
        if len(taken.languages) > 1:
            raise ExpressionError(
                f"{short(text)}: {BOTH}", hint="write all of its expressions in one language"
            )
        if taken.has_blocks:
            return _Blocks(self, text)
        language = taken.languages[0]
        parts = tuple(
            piece.text if piece.inner is None else _Expression(self, language, piece)
            for piece in taken.pieces
        )
        if taken.is_exact and not isinstance(parts[0], str):
            return parts[0]
        return _Text(text, parts)


class _Expression:
    """One expression; it is compiled for its language where that is needed."""

    __slots__ = ("_direct", "_language", "_owner", "_piece", "_ready")

    def __init__(self, owner: CompiledExpressions, language: Language, piece: Piece) -> None:
        self._owner = owner
        self._piece = piece
        self._language = language
        inner = piece.inner or ""
        is_direct = language is Language.YAQL or is_plain_jinja(inner)
        self._direct: Direct | None = compile_direct(inner) if is_direct else None
        self._ready: _Compiled | None = None

    def __call__(self, scope: Scope) -> Json:
        if self._direct is not None:
            try:
                return self._direct(scope)
            except Doubt:
                pass
        if self._ready is None:
            self._ready = self._made()
        return self._ready(scope)

    def _made(self) -> _Compiled:
        inner, whole = self._piece.inner or "", self._piece.text
        if self._language is Language.YAQL:
            from chatops_cli.workflows.expressions.yaql_language import FAILURES

            return _guarded(self._owner.yaql, inner, whole, FAILURES)
        from chatops_cli.workflows.expressions.jinja_language import FAILURES as JINJA_FAILURES

        return _guarded(self._owner.jinja, inner, whole, JINJA_FAILURES)


def _guarded(
    language: "YaqlLanguage | JinjaLanguage",
    inner: str,
    whole: str,
    failures: tuple[type[Exception], ...],
) -> _Compiled:
    """The expression compiled for a language; what that raises is told in words."""
    try:
        compiled = language.compile(inner)
    except failures as error:
        raise error_of(error, whole) from error

    def evaluate(scope: Scope) -> Json:
        try:
            return language.evaluate(compiled, scope)
        except failures as error:
            raise error_of(error, whole) from error

    return evaluate


class _Text:
    """A text with expressions in it."""

    __slots__ = ("_parts", "_text")

    def __init__(self, text: str, parts: tuple["str | _Expression", ...]) -> None:
        self._text = text
        self._parts = parts

    def __call__(self, scope: Scope) -> Json:
        texts: list[str] = []
        size = 0
        for part in self._parts:
            text = part if isinstance(part, str) else _written(part(scope))
            texts.append(text)
            size += len(text)
            if size > VALUE_LIMIT:
                raise ExpressionError(
                    f"{short(self._text)}: it gives more than {VALUE_LIMIT:,} characters"
                )
        return "".join(texts)


def _written(value: Json) -> str:
    """The value within a text.

    Source: Orquesta, which writes it as Python does: ``True``, ``None``, ``{'a': 1}``.
    """
    return value if isinstance(value, str) else str(value)


class _Blocks:
    """A whole text with blocks of Jinja."""

    __slots__ = ("_owner", "_ready", "_text")

    def __init__(self, owner: CompiledExpressions, text: str) -> None:
        self._owner = owner
        self._text = text
        self._ready: _Compiled | None = None

    def __call__(self, scope: Scope) -> Json:
        if self._ready is None:
            self._ready = self._made()
        return self._ready(scope)

    def _made(self) -> _Compiled:
        from chatops_cli.workflows.expressions.jinja_language import FAILURES

        language, text = self._owner.jinja, self._text
        try:
            compiled = language.compile_blocks(text)
        except FAILURES as error:
            raise error_of(error, text) from error

        def render(scope: Scope) -> Json:
            try:
                return language.render(compiled, scope)
            except FAILURES as error:
                raise error_of(error, text) from error

        return render
