"""Values that parameters had before: in the history, and in this session. Nothing secret."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from chatops_cli.model.json import Json
from chatops_cli.model.secret import MASK

if TYPE_CHECKING:
    from chatops_cli.records.history_entry import Entry

HOSTS = frozenset({"host", "hosts", "hostname", "node", "server", "target"})
"""Parameters that name machines: what one action was given, another may be given, too."""
LOOKED_AT = 300
"""Executions of the history whose parameters are offered."""
LONGEST = 200
"""Characters of a value that is offered."""


class KnownValues:
    """Remembers values, the newest first."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], dict[str, None]] = {}

    def learn(self, action_ref: str, parameters: Mapping[str, Json]) -> None:
        """An action has been given these; masked values are passed over."""
        for name, value in parameters.items():
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                continue
            text = str(value)
            if not text or MASK in text or len(text) > LONGEST or not text.isprintable():
                continue
            for key in _keys(action_ref, name):
                kept = self._values.setdefault(key, {})
                kept.pop(text, None)
                kept[text] = None

    def learn_all(self, entries: "Iterable[Entry]") -> None:
        """What the history has, the newest first."""
        for entry in reversed(tuple(entries)):
            if entry.action is not None and isinstance(entry.parameters, dict):
                self.learn(entry.action, entry.parameters)

    def of(self, action_ref: str, name: str) -> tuple[str, ...]:
        """Values of a parameter, the newest first; of a host those of all actions."""
        found = dict.fromkeys(
            value
            for key in _keys(action_ref, name)
            for value in reversed(self._values.get(key, {}))
        )
        return tuple(found)


def _keys(action_ref: str, name: str) -> tuple[tuple[str, str], ...]:
    own = (action_ref, name)
    return (own, ("", "host")) if name in HOSTS else (own,)
