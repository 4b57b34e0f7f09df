"""What a template reads, asks, writes and gets wrong, out of one parse with Jinja's own parser.

Importing this module imports Jinja.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from jinja2 import TemplateSyntaxError, nodes
from jinja2.parser import Parser

from chatops_cli.model.frozen import frozen
from chatops_cli.rendering.legacy import DICT_METHODS
from chatops_cli.rendering.limits import TEXT_LIMIT
from chatops_cli.validation.jinja.access import Access, AccessWalk
from chatops_cli.validation.jinja.tokens import Token, plain_breaks, tokenize

if TYPE_CHECKING:
    from chatops_cli.rendering.sandbox import Sandbox

SPLIT = "{~}"
_AT = re.compile(r" at (\d+)$")


@frozen
class Flaw:
    """Why a template isn't valid Jinja, and the offset of where that shows."""

    message: str
    offset: int


@frozen
class Mention:
    """A filter or test by its name."""

    name: str
    is_filter: bool
    line: int

    @property
    def words(self) -> tuple[tuple[str, ...], ...]:
        """The words that may stand where it is mentioned."""
        if self.is_filter:
            return ("|", self.name), ("filter", self.name)
        return ("is", self.name), ("is", "not", self.name)


@frozen
class Analysis:
    """All that rules ask of a template; of one that isn't valid only the mistake and the words.

    `assigned` are names that the template itself gives a value, `splits` how often ``{~}`` may be
    written in one go, `is_looped` whether one of them is in a loop.
    """

    tokens: tuple[Token, ...]
    flaw: Flaw | None = None
    tree: nodes.Template | None = None
    mentions: tuple[Mention, ...] = ()
    accesses: tuple[Access, ...] = ()
    assigned: frozenset[str] = frozenset()
    guards: frozenset[tuple[str, ...]] = frozenset()
    splits: int = 0

    def is_guarded(self, keys: tuple[str, ...]) -> bool:
        """Whether the template asks if this, or what it is in, is there."""
        return any(keys[:size] in self.guards for size in range(1, len(keys) + 1))


def analyze(text: str, sandbox: "Sandbox") -> Analysis:
    """Reads a template.

    Args:
        text: The template.
        sandbox: Whose parser, filters and settings are used.
    """
    if len(text) > TEXT_LIMIT:
        return Analysis(
            tokens=(),
            flaw=Flaw(message=f"it is longer than {TEXT_LIMIT:,} characters", offset=0),
        )
    tokens = tuple(tokenize(text, sandbox))
    parser: Parser | None = None
    try:
        parser = Parser(sandbox, text)
        return _analysis(parser.parse(), tokens)
    except TemplateSyntaxError as error:
        return Analysis(tokens=tokens, flaw=_flaw(error, parser, tokens, text))
    except RecursionError:
        return Analysis(tokens=tokens, flaw=Flaw(message="it is nested too deeply", offset=0))


def is_method(name: str) -> bool:
    """Whether data has a method of this name, which goes before a key."""
    return hasattr(dict, name) or name in DICT_METHODS or name == "next"


def _analysis(tree: nodes.Template, tokens: tuple[Token, ...]) -> Analysis:
    walk = AccessWalk(tree)
    return Analysis(
        tokens=tokens,
        tree=tree,
        mentions=tuple(_mentions(tree)),
        accesses=tuple(walk.accesses),
        assigned=frozenset(_assigned(tree)),
        guards=frozenset(walk.guards),
        splits=_splits(tree),
    )


def _flaw(
    error: TemplateSyntaxError, parser: Parser | None, tokens: tuple[Token, ...], text: str
) -> Flaw:
    message = " ".join((error.message or "a mistake in it").split())
    told = _AT.search(message)
    if told is not None:
        # What isn't a word at all: Jinja says where.
        return Flaw(message=message[: told.start()], offset=int(told[1]))
    left = _left(parser) if parser is not None else 0
    if left and left <= len(tokens) and tokens[-left].line == error.lineno:
        return Flaw(message=message, offset=tokens[-left].offset)
    at = next((token.offset for token in tokens if token.line == error.lineno), None)
    offset = at if at is not None else _line_offset(text, error.lineno)
    return Flaw(message=message, offset=offset)


def _left(parser: Parser) -> int:
    """How many words the parser hasn't taken yet, the one at hand among them; 0 if unknown."""
    try:
        return sum(1 for _ in parser.stream)
    except TemplateSyntaxError:
        return 0


def _line_offset(text: str, line: int) -> int:
    lines = plain_breaks(text).split("\n")
    return sum(len(each) + 1 for each in lines[: line - 1])


def _mentions(tree: nodes.Template) -> Iterator[Mention]:
    for each in tree.find_all((nodes.Filter, nodes.Test)):
        if isinstance(each, nodes.Filter):
            yield Mention(name=each.name, is_filter=True, line=each.lineno)
        elif isinstance(each, nodes.Test):
            yield Mention(name=each.name, is_filter=False, line=each.lineno)


def _assigned(tree: nodes.Template) -> Iterator[str]:
    for each in tree.find_all((nodes.Name, nodes.Macro, nodes.Import, nodes.FromImport)):
        if (isinstance(each, nodes.Name) and each.ctx != "load") or isinstance(each, nodes.Macro):
            yield each.name
        elif isinstance(each, nodes.Import):
            yield each.target
        elif isinstance(each, nodes.FromImport):
            yield from (name if isinstance(name, str) else name[1] for name in each.names)


def _splits(node: nodes.Node) -> int:
    """How many ``{~}`` one way through the template writes at most; what a loop writes, twice."""
    if isinstance(node, nodes.TemplateData):
        return node.data.count(SPLIT)
    if isinstance(node, nodes.Const):
        return node.value.count(SPLIT) if isinstance(node.value, str) else 0
    if isinstance(node, nodes.If | nodes.CondExpr | nodes.For):
        return max(sum(map(_splits, way)) for way in _ways(node))
    if isinstance(node, _MAKING):
        return 0
    return sum(map(_splits, node.iter_child_nodes()))


# Asked for or made anew, not just written.
_MAKING = (nodes.Compare, nodes.Call, nodes.Test, nodes.Filter, nodes.Macro)


def _ways(node: nodes.Node) -> tuple[list[nodes.Node], ...]:
    """What is written one way or another."""
    match node:
        case nodes.If():
            return node.body, *(each.body for each in node.elif_), node.else_
        case nodes.For():
            return [*node.body, *node.body], node.else_
        case nodes.CondExpr():
            return tuple([part] for part in (node.expr1, node.expr2) if part is not None)
        case _:
            return ()
