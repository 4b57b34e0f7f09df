"""What an expression gives, as plain data.

Source: JSON's own rules for keys; sets are lists in order, since the order of a set is another in
every process.
"""

import math
import time
from collections.abc import ItemsView, Iterable, KeysView, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from chatops_cli.model.json import Json
from chatops_cli.rendering.datastore import StoredValue
from chatops_cli.rendering.limits import (
    BUILT_LIMIT,
    STEP_LIMIT,
    TIME_LIMIT,
    TemplateLimitError,
    check_bits,
)
from chatops_cli.workflows.expressions.mistakes import MistakeError
from chatops_cli.workflows.nesting import NESTING_LIMIT

_NODE_WEIGHT = 16
_LOOK_EVERY = 1024


class Gathering:
    """One value on its way to plain data, with what it has taken so far."""

    __slots__ = ("_deadline", "_nodes", "_weight")

    def __init__(self) -> None:
        self._nodes = 0
        self._weight = 0
        self._deadline = time.monotonic() + TIME_LIMIT

    def gather(self, value: object, depth: int = 0) -> Json:
        """The value as plain data; generators are run.

        Raises:
            MistakeError: It is no data.
            TemplateLimitError: It is more than a limit allows.
        """
        self._charge(value)
        if value is None or isinstance(value, str | bool):
            return value
        if isinstance(value, int):
            check_bits(value.bit_length())
            return value
        if isinstance(value, float):
            if not math.isfinite(value):
                raise MistakeError("it gives a number that is not finite")
            return value
        if depth >= NESTING_LIMIT:
            raise TemplateLimitError(f"what it gives is nested more than {NESTING_LIMIT} deep")
        return self._composed(value, depth + 1)

    def _composed(self, value: object, depth: int) -> Json:
        original = getattr(value, "__unfrozen__", None)
        if original is not None:
            # It is plain data already: what yaql was shown in place of it.
            return original()  # type: ignore[no-any-return]  # a view gives what it was made of
        if isinstance(value, Mapping):
            return {key_text(k): self.gather(v, depth) for k, v in value.items()}
        if isinstance(value, StoredValue):
            return value.read()
        if isinstance(value, date | timedelta):
            return value.isoformat() if isinstance(value, date) else str(value)
        if not isinstance(value, Iterable) or isinstance(value, bytes | bytearray):
            raise MistakeError(f"it gives no data but {_kind(value)}")
        members = [self.gather(member, depth) for member in value]
        if isinstance(value, AbstractSet) and not isinstance(value, KeysView | ItemsView):
            members.sort(key=lambda member: (type(member).__name__, str(member)))
        return members

    def _charge(self, value: object) -> None:
        self._nodes += 1
        self._weight += _NODE_WEIGHT + (len(value) if isinstance(value, str) else 0)
        if self._weight > BUILT_LIMIT:
            raise TemplateLimitError(f"it gives more than {BUILT_LIMIT:,} characters")
        if self._nodes > STEP_LIMIT:
            raise TemplateLimitError(f"it gives more than {STEP_LIMIT:,} values")
        if self._nodes % _LOOK_EVERY == 0 and time.monotonic() > self._deadline:
            raise TemplateLimitError(f"it takes more than {TIME_LIMIT:g} seconds")


def key_text(key: object) -> str:
    """The key of an object as JSON writes it.

    Raises:
        MistakeError: It can't be one.
    """
    if isinstance(key, str):
        return key
    if key is None:
        return "null"
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, int | float):
        return str(key)
    raise MistakeError(f"a key of an object is {_kind(key)}")


def _kind(value: object) -> str:
    name = type(value).__name__
    return "a function" if callable(value) else f"a {name}"
