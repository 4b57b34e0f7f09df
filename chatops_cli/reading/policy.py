"""A policy's type and parameters, as a pack's file or the settings say them."""

from chatops_cli.model.policy import (
    AtThreshold,
    ConcurrencyPolicy,
    Policy,
    RetryOn,
    RetryPolicy,
)
from chatops_cli.model.problem import Place, Severity
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.value import Value

CONCURRENCY, BY_ATTRIBUTE, RETRY = "action.concurrency", "action.concurrency.attr", "action.retry"
TYPES = (CONCURRENCY, BY_ATTRIBUTE, RETRY)


def read_policy(
    kind: Value | None, parameters: Value | None, *, ref: str, action_ref: str, place: Place
) -> Policy | None:
    """The policy of a type with its parameters; None where anything of it is wrong.

    Args:
        kind: The type, None where it is missing.
        parameters: A mapping, None where it is missing.
        ref: What the policy is called.
        action_ref: The action that it holds for.
        place: Where the policy stands.

    Source: StackStorm, ``st2common/policies/meta``: keys, defaults and ranges. A threshold below 1,
        with which nothing could ever run, is refused here.
    """
    word = kind.choice(TYPES) if kind is not None else None
    reader = Reader.of(parameters)
    if word is None or reader is None:
        return None
    before = len(reader.problems)
    if word == RETRY:
        policy: Policy | None = _retry(reader, ref, action_ref, place)
    else:
        attributes = reader.strings("attributes") if word == BY_ATTRIBUTE else ()
        policy = _concurrency(reader, ref, action_ref, place, attributes)
    reader.finish()
    found = reader.problems[before:]
    return None if any(problem.severity is Severity.ERROR for problem in found) else policy


def _concurrency(
    reader: Reader, ref: str, action_ref: str, place: Place, attributes: tuple[str, ...]
) -> ConcurrencyPolicy | None:
    threshold = reader.value("threshold", required=True)
    limit = threshold.integer(minimum=1) if threshold is not None else None
    at_threshold = reader.choice("action", tuple(AtThreshold), AtThreshold.DELAY)
    if limit is None:
        return None
    return ConcurrencyPolicy(
        ref=ref,
        action_ref=action_ref,
        threshold=limit,
        at_threshold=AtThreshold(at_threshold),
        attributes=tuple(dict.fromkeys(attributes)),
        place=place,
    )


def _retry(reader: Reader, ref: str, action_ref: str, place: Place) -> RetryPolicy | None:
    retry_on = reader.value("retry_on", required=True)
    word = retry_on.choice(tuple(RetryOn)) if retry_on is not None else None
    count = reader.integer("max_retry_count", 2, minimum=1, maximum=5)
    delay = reader.number("delay", 0.0, minimum=0, maximum=120)
    if word is None:
        return None
    return RetryPolicy(
        ref=ref,
        action_ref=action_ref,
        retry_on=RetryOn(word),
        max_retry_count=count,
        delay=delay,
        place=place,
    )
