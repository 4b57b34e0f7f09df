"""Who may run what: the rules as data, and a decision with its reason."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place

APPROVAL_TIME = 3600.0
"""Seconds in which people may approve, unless a rule says otherwise."""
CONFIRM_TIME = 300.0
"""Seconds in which somebody may confirm, unless a rule says otherwise."""


class Effect(StrEnum):
    """What a rule does to what it covers."""

    ALLOW = "allow"
    DENY = "deny"


class Operation(StrEnum):
    """What somebody wants: to have it run, or something of an execution that is there."""

    RUN = "run"
    ANSWER = "answer"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    RERUN = "rerun"


class Denials(StrEnum):
    """What who is denied something is told in a chat network; it is on record either way."""

    ANSWERED = "answered"
    SILENT = "silent"


@frozen
class Approval:
    """Others have to say yes first: `count` of those who are `by`, entries as in a rule's `who`.

    Who asks is not among them unless `own`. `within` is in seconds.
    """

    by: tuple[str, ...]
    count: int = 1
    own: bool = False
    within: float = APPROVAL_TIME

    def __str__(self) -> str:
        who = ", ".join(self.by) or "nobody"
        return f"approval by {who}" if self.count == 1 else f"approval by {self.count} of {who}"


@frozen
class Confirmation:
    """Who asks has to say it twice, with `word` where that isn't empty. `within` is in seconds."""

    word: str = ""
    within: float = CONFIRM_TIME

    def __str__(self) -> str:
        return "confirmation"


@frozen
class Requirement:
    """What has to happen before something is run that is allowed; one of the two is there."""

    approval: Approval | None = None
    confirm: Confirmation | None = None

    def __str__(self) -> str:
        parts = (part for part in (self.confirm, self.approval) if part is not None)
        return " and ".join(map(str, parts))


@frozen
class AccessRule:
    """One rule. Every part that it names must fit; ``*`` and ``?`` stand for any text or character.

    `who` holds principals (``network:workspace:user``), accounts (``account:name``), roles
    (``@name``) and groups (``%name``). `parameters` maps a parameter to the values of which it
    must have one. Of an allow rule, `require` is what has to happen first.
    """

    name: str
    effect: Effect
    place: Place
    who: tuple[str, ...] = ("*",)
    actions: tuple[str, ...] = ("*",)
    aliases: tuple[str, ...] = ("*",)
    rooms: tuple[str, ...] = ("*",)
    networks: tuple[str, ...] = ("*",)
    packs: tuple[str, ...] = ("*",)
    operations: tuple[str, ...] = ("*",)
    parameters: Mapping[str, tuple[Json, ...]] = field(default_factory=dict)
    require: Requirement | None = None


@frozen
class AccessPolicy:
    """All rules. `local` is what holds in a terminal where no rule fits; elsewhere that is deny.

    `roles` maps a role to who has it, `groups` a group to who is in it: entries as in a rule's
    `who`; a role may name groups, neither may name roles. `folder` is where other files stand that
    parts of it were read from; empty where there are none.
    """

    local: Effect = Effect.ALLOW
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: tuple[AccessRule, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    denials: Denials = Denials.ANSWERED
    folder: str = ""


@frozen
class Decision:
    """Whether it may run, the name of the rule that decided, and the reason in words.

    What is allowed may have to wait for what it `requires`.
    """

    allowed: bool
    rule: str
    reason: str
    requires: Requirement | None = None

    @property
    def needs(self) -> str:
        """What has to happen first, in words, such as ``needs approval by @ops``; else empty."""
        return f"needs {self.requires}" if self.allowed and self.requires is not None else ""
