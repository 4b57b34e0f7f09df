"""A policy as JSON text and back."""

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from chatops_cli.catalog.codec import dump, pack_place, read_place
from chatops_cli.model.pack import Pack
from chatops_cli.model.policy import (
    AtThreshold,
    ConcurrencyPolicy,
    Policy,
    RetryOn,
    RetryPolicy,
)

if TYPE_CHECKING:
    from chatops_cli.catalog.policy_file import PolicyFile

# What json.loads gives; a record that isn't of its shape raises KeyError, TypeError or ValueError.
_Loaded: TypeAlias = Any


def pack_policy(found: "PolicyFile") -> str:
    """A policy's file as a record."""
    policy = found.policy
    if isinstance(policy, ConcurrencyPolicy):
        limit = [policy.threshold, policy.at_threshold, policy.attributes]
        content: dict[str, object] = {"concurrency": limit}
    else:
        content = {"retry": [policy.retry_on, policy.max_retry_count, policy.delay]}
    head = {"name": found.name, "place": pack_place(policy.place), "enabled": found.enabled}
    return dump({**head, "action_ref": policy.action_ref, **content})


def unpack_policy(record: str, pack: Pack, file: str) -> Policy | None:
    """A policy out of its record, None where it is disabled.

    Raises:
        KeyError, TypeError, ValueError: It isn't one.
    """
    found: _Loaded = json.loads(record)
    if not found["enabled"]:
        return None
    ref, place = f"{pack.ref}.{found['name']}", read_place(found["place"], file)
    if "retry" in found:
        retry_on, count, delay = found["retry"]
        return RetryPolicy(
            ref=ref,
            action_ref=found["action_ref"],
            retry_on=RetryOn(retry_on),
            max_retry_count=count,
            delay=delay,
            place=place,
        )
    threshold, at_threshold, attributes = found["concurrency"]
    return ConcurrencyPolicy(
        ref=ref,
        action_ref=found["action_ref"],
        threshold=threshold,
        at_threshold=AtThreshold(at_threshold),
        attributes=tuple(attributes),
        place=place,
    )
