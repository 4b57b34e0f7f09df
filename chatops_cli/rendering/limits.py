"""How much one rendering may do, so that no template hangs or fills the memory."""

import time
from collections.abc import ItemsView, Iterable, KeysView, ValuesView
from dataclasses import dataclass, field

TEXT_LIMIT = 256 * 1024
"""Characters of the longest template that is compiled."""
OUTPUT_LIMIT = 1024 * 1024
"""Characters of a rendered text; what is longer is cut, with a note."""
VALUE_LIMIT = 8 * 1024 * 1024
"""Characters of the largest single value that an expression may build."""
BUILT_LIMIT = 64 * 1024 * 1024
"""Characters that one rendering may build in all."""
STEP_LIMIT = 1_000_000
"""Rounds of loops and calls of one rendering."""
TIME_LIMIT = 2.0
"""Seconds of one rendering."""
NUMBER_LIMIT = 100_000
"""The largest width, count or precision that a filter or method takes."""
BIT_LIMIT = 65_536
"""Bits of the largest whole number that ``*`` and ``**`` may give."""

_NODE_WEIGHT = 16
_STEPS_PER_LOOK = 64


class TemplateLimitError(ValueError):
    """A rendering would take more than a limit allows; the message says which."""


@dataclass(slots=True)
class Budget:
    """What one rendering has used so far."""

    steps: int = 0
    built: int = 0
    deadline: float = field(default_factory=lambda: time.monotonic() + TIME_LIMIT)

    def step(self, size: int = 0) -> None:
        """One more round of a loop, or call, that writes `size` characters of its own."""
        self.steps += 1
        if self.steps > STEP_LIMIT:
            raise TemplateLimitError(f"it takes more than {STEP_LIMIT:,} steps")
        if size:
            self.charge(size)
        if self.steps % _STEPS_PER_LOOK == 0 and time.monotonic() > self.deadline:
            raise TemplateLimitError(f"it takes more than {TIME_LIMIT:g} seconds")

    def charge(self, size: int) -> None:
        """`size` more characters have been built."""
        self.built += size
        if self.built > BUILT_LIMIT:
            raise TemplateLimitError(f"it builds more than {BUILT_LIMIT:,} characters")


def weigh(value: object) -> int:
    """Roughly the characters that `value` takes when written out.

    It stops as soon as the limit is passed: lists that hold one another many times over cost no
    more than others.

    Raises:
        TemplateLimitError: They are more than `VALUE_LIMIT`.
    """
    if isinstance(value, str | bytes):
        return _bounded(len(value))
    total = 0
    waiting: list[object] = [value]
    while waiting:
        item = waiting.pop()
        total += _NODE_WEIGHT
        if isinstance(item, str | bytes):
            total += len(item)
        elif isinstance(item, dict):
            waiting.extend(item.keys())
            waiting.extend(item.values())
        elif isinstance(item, list | tuple | set | frozenset | KeysView | ValuesView | ItemsView):
            waiting.extend(item)
        elif isinstance(item, int):
            total += item.bit_length() // 3
        elif isinstance(item, range):
            total += len(item) * _NODE_WEIGHT
        # What waits was reached, too: the stack must not outgrow the limit either.
        _bounded(total + len(waiting))
    return total


def check_size(size: int) -> None:
    """Refuses a value of more than `VALUE_LIMIT` characters."""
    _bounded(size)


def check_numbers(values: Iterable[object]) -> None:
    """Refuses a whole number among `values` that is larger than `NUMBER_LIMIT` either way."""
    for value in values:
        if isinstance(value, int | float) and not -NUMBER_LIMIT <= value <= NUMBER_LIMIT:
            raise TemplateLimitError(f"{_short(value)} is over {NUMBER_LIMIT:,}, the largest width")


def check_bits(bits: int) -> None:
    """Refuses a whole number of more than `BIT_LIMIT` bits."""
    if bits > BIT_LIMIT:
        raise TemplateLimitError(f"a number of more than {BIT_LIMIT:,} bits")


def _bounded(size: int) -> int:
    if size > VALUE_LIMIT:
        raise TemplateLimitError(f"a value of more than {VALUE_LIMIT:,} characters")
    return size


def _short(value: float) -> str:
    return f"{value:.0e}" if abs(value) < 1e300 else "a number"  # noqa: PLR2004  # what a float holds
