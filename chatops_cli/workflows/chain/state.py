"""Where a chain at work stands. JSON can hold it."""

from dataclasses import dataclass, field, fields
from typing import Any, TypeAlias

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json, JsonObject

# What json.loads gives; a state that isn't of its shape raises KeyError, TypeError or ValueError.
_Loaded: TypeAlias = Any

_STATUSES = ("status", "told", "outcome")


@dataclass(slots=True, kw_only=True)
class ChainState:
    """All that the conductor of a chain knows beside its definition and its context.

    `running` and `next` name tasks. `waits`: what runs waits for an answer, or is paused. `outcome`
    is the status that the chain has when nothing comes next; `told` the one that was told last.
    `is_paused`: somebody wanted that.
    """

    parameters: JsonObject
    display_published: bool
    next: str | None
    variables: dict[str, Json] = field(default_factory=dict)
    published: dict[str, Json] = field(default_factory=dict)
    results: dict[str, Json] = field(default_factory=dict)
    tasks: list[dict[str, Json]] = field(default_factory=list)
    running: str | None = None
    waits: bool = False
    is_paused: bool = False
    has_ended: bool = False
    error: str | None = None
    status: Status = Status.RUNNING
    told: Status = Status.REQUESTED
    outcome: Status = Status.SUCCEEDED

    def plain(self) -> dict[str, Json]:
        """For JSON; it doesn't change when the state does."""
        found: dict[str, _Loaded] = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: value.copy() if isinstance(value, dict | list) else value
            for name, value in found.items()
        }

    @classmethod
    def read(cls, found: JsonObject) -> "ChainState":
        """What `plain` gave.

        Raises:
            KeyError, TypeError, ValueError: It isn't that.
        """
        values: dict[str, _Loaded] = dict(found)
        return cls(**{**values, **{name: Status(values[name]) for name in _STATUSES}})
