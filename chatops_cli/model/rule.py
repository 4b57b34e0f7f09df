"""A rule: when something has happened that fits its criteria, an action is run.

Source: StackStorm, ``st2common.models.api.rule`` and ``st2common.operators``.
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from types import MappingProxyType

from chatops_cli.model.action import ActionRef
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.problem import Place

NOTIFY_TRIGGER = "core.st2.generic.notifytrigger"
"""Fires for each route of an execution's ``notify`` section."""
ACTION_TRIGGER = "core.st2.generic.actiontrigger"
"""Fires for each execution that has ended."""
INQUIRY_TRIGGER = "core.st2.generic.inquiry"
"""Fires for each execution that waits for somebody's answer, and names a route."""
FIRED = frozenset({NOTIFY_TRIGGER, ACTION_TRIGGER, INQUIRY_TRIGGER})
"""The triggers that fire here; timers, webhooks and sensors don't."""


class Operator(StrEnum):
    """How a value is compared with a criterion's pattern."""

    EQUALS = "equals"
    NEQUALS = "nequals"
    IEQUALS = "iequals"
    CONTAINS = "contains"
    ICONTAINS = "icontains"
    NCONTAINS = "ncontains"
    INCONTAINS = "incontains"
    STARTSWITH = "startswith"
    ISTARTSWITH = "istartswith"
    ENDSWITH = "endswith"
    IENDSWITH = "iendswith"
    LESSTHAN = "lessthan"
    GREATERTHAN = "greaterthan"
    MATCHWILDCARD = "matchwildcard"
    MATCHREGEX = "matchregex"
    REGEX = "regex"
    IREGEX = "iregex"
    TIMEDIFF_LT = "timediff_lt"
    TIMEDIFF_GT = "timediff_gt"
    EXISTS = "exists"
    NEXISTS = "nexists"
    INSIDE = "inside"
    NINSIDE = "ninside"
    SEARCH = "search"


SHORT_OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        "eq": Operator.EQUALS,
        "neq": Operator.NEQUALS,
        "ieq": Operator.IEQUALS,
        "lt": Operator.LESSTHAN,
        "gt": Operator.GREATERTHAN,
        "td_lt": Operator.TIMEDIFF_LT,
        "td_gt": Operator.TIMEDIFF_GT,
        "in": Operator.INSIDE,
        "nin": Operator.NINSIDE,
    }
)
"""Short names, each with what it stands for."""


class Condition(StrEnum):
    """How many items of a list, and how many of the inner criteria, ``search`` asks to fit."""

    ANY = "any"
    ALL = "all"
    ANY2ANY = "any2any"
    ALL2ANY = "all2any"


@frozen
class Criterion:
    """One thing that must hold of what has happened.

    `key` is the path of the value (``trigger.status``; from a ``#`` on it is ignored). `condition`
    and `inner`, whose keys begin with ``item``, are for the operator ``search`` only.
    """

    key: str
    operator: Operator
    pattern: Json = None
    condition: Condition = Condition.ALL
    inner: tuple["Criterion", ...] = ()


@frozen
class Rule:
    """What a rule's file says; `ref` is ``pack.name``. All of its criteria must hold.

    A `is_backstop` rule is asked only where no other rule of its trigger fits. `parameters` are
    those of the action, with templates; `trigger_parameters` those of the trigger.
    """

    ref: str
    pack: str
    name: str
    trigger: str
    action_ref: ActionRef
    place: Place
    description: str = ""
    enabled: bool = False
    trigger_parameters: JsonObject = field(default_factory=dict)
    criteria: tuple[Criterion, ...] = ()
    parameters: JsonObject = field(default_factory=dict)
    is_backstop: bool = False

    @property
    def fires(self) -> bool:
        """Whether its trigger is one that fires here."""
        return self.trigger in FIRED
