"""Fixes of single words: keys, values, quotes. Each is named by the rule that it is for."""

import re

from chatops_cli.model.problem import Problem
from chatops_cli.model.runner import LEGACY_NAMES
from chatops_cli.validation.fixing.document import Document, Node
from chatops_cli.validation.fixing.fix import Fix

_TEXT, _FLAG = "tag:yaml.org,2002:str", "tag:yaml.org,2002:bool"
_WORD = re.compile(r"[A-Za-z_$][\w$.-]*")
"""What needs no quotes, whatever it is a word of."""


def certain_word(problem: Problem, document: Document) -> Fix | None:
    """The word that is meant, where it can be one only; quotes stay."""
    node, word = document.scalar(problem.place), problem.replacement
    if node is None or not word:
        return None
    return _rewritten(document, node, word)


def quoted_text(problem: Problem, document: Document) -> Fix | None:
    """Quotes around what YAML doesn't read as text: it stays what is written there."""
    node = document.scalar(problem.place)
    if node is None or not node.event.text or document.source(node) != node.event.text:
        return None
    edit = document.replaced(node, f'"{node.event.text}"', (_TEXT, node.event.text))
    return Fix(description=f"put {node.event.text} in quotes", edits=(edit,))


def bare_flag(problem: Problem, document: Document) -> Fix | None:
    """True or false without quotes."""
    node = document.scalar(problem.place)
    word = node.event.text.lower() if node is not None else ""
    if node is None or word not in ("true", "false") or document.source(node)[:1] not in "\"'":
        return None
    edit = document.replaced(node, word, (_FLAG, word))
    return Fix(description=f"write {word} without quotes", edits=(edit,))


def runner_name(problem: Problem, document: Document) -> Fix | None:
    """The name that a runner has now."""
    key = document.key(problem.place)
    name = LEGACY_NAMES.get(key.value.event.text) if key is not None else None
    return _rewritten(document, key.value, name) if key is not None and name else None


def _rewritten(document: Document, node: Node, word: str) -> Fix | None:
    source, old = document.source(node), node.event.text
    quote = source[:1] if source[:1] in "\"'" else ""
    if source != f"{quote}{old}{quote}" or not _WORD.fullmatch(word):
        return None
    edit = document.replaced(node, f"{quote}{word}{quote}", (_TEXT, word))
    return Fix(description=f"write {word} in place of {old}", edits=(edit,))
