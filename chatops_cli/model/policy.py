"""Policies: what holds for every execution of an action, however it was asked for.

Source: StackStorm, ``st2common/policies/meta``.
"""

from enum import StrEnum
from typing import TypeAlias

from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Place


class AtThreshold(StrEnum):
    """What becomes of an execution while as many run as may."""

    DELAY = "delay"
    CANCEL = "cancel"


class RetryOn(StrEnum):
    """Which end of an execution makes it be tried again."""

    FAILURE = "failure"
    TIMEOUT = "timeout"


@frozen
class ConcurrencyPolicy:
    """At most `threshold` executions of the action at a time.

    With `attributes` those count that have the same values in these parameters.
    """

    ref: str
    action_ref: str
    threshold: int
    at_threshold: AtThreshold = AtThreshold.DELAY
    attributes: tuple[str, ...] = ()
    place: Place | None = None


@frozen
class RetryPolicy:
    """An execution that ends like that is tried again, up to so many times.

    `delay` is in seconds, before each new try.
    """

    ref: str
    action_ref: str
    retry_on: RetryOn
    max_retry_count: int = 2
    delay: float = 0.0
    place: Place | None = None


Policy: TypeAlias = ConcurrencyPolicy | RetryPolicy
