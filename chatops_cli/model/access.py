"""Who may run what: the rules as data, and a decision with its reason."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Place


class Effect(StrEnum):
    """What a rule does to what it covers."""

    ALLOW = "allow"
    DENY = "deny"


@frozen
class AccessRule:
    """One rule. Every part that it names must fit; ``*`` and ``?`` stand for any text or character.

    `who` holds principals (``network:workspace:user``) and roles (``@name``).
    """

    name: str
    effect: Effect
    place: Place
    who: tuple[str, ...] = ("*",)
    actions: tuple[str, ...] = ("*",)
    aliases: tuple[str, ...] = ("*",)
    rooms: tuple[str, ...] = ("*",)


@frozen
class AccessPolicy:
    """All rules. `local` is what holds in a terminal where no rule fits; elsewhere that is deny.

    `roles` maps a role to the principals that have it (patterns, as in a rule's `who`).
    """

    local: Effect = Effect.ALLOW
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: tuple[AccessRule, ...] = ()


@frozen
class Decision:
    """Whether it may run, the name of the rule that decided, and the reason in words."""

    allowed: bool
    rule: str
    reason: str
