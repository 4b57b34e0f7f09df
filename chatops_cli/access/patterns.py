"""Patterns of access rules: ``*`` and ``?`` stand for any text or character."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from chatops_cli.model.chat import Principal

ACCOUNT = "account"
"""What entries for accounts begin with, in the place of a network."""


def fits(text: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns fits the whole text, case and all."""
    return any(pattern == "*" or fnmatchcase(text, _literal(pattern)) for pattern in patterns)


def fits_principal(principal: Principal, pattern: str) -> bool:
    """Whether a pattern fits a principal, part by part: no id can reach over a colon.

    ``network:*`` is everybody there; another pattern of two parts is for no workspace.
    """
    if pattern == "*":
        return True
    network, _, rest = pattern.partition(":")
    if not fits(principal.network, (network,)):
        return False
    if rest == "*":
        return True
    workspace, colon, user = rest.partition(":")
    if not colon:
        return not principal.workspace and fits(principal.user, (rest,))
    return fits(principal.workspace, (workspace,)) and fits(principal.user, (user,))


def is_literal(pattern: str) -> bool:
    """Whether it stands for itself only."""
    return not {"*", "?"} & set(pattern)


def _literal(pattern: str) -> str:
    # fnmatch knows sets of characters; room names may have brackets in them.
    return pattern.replace("[", "[[]")
