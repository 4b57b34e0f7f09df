"""What policies mean for one execution; nothing here has an effect.

Source: StackStorm, ``st2actions/policies``: an execution counts while it runs; a retry is a new
execution whose context tells of the one before; none is tried again that is part of a workflow.
**Ours**: attributes that were left out count by their defaults.
"""

from collections.abc import Iterable

from chatops_cli.execution.engine import Prepared
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.policy import AtThreshold, ConcurrencyPolicy, Policy, RetryOn, RetryPolicy
from chatops_cli.records.slots import Wanted

_RETRIED = {RetryOn.FAILURE: Status.FAILED, RetryOn.TIMEOUT: Status.TIMEOUT}


@frozen
class Limit:
    """A concurrency policy, and the slot that an execution needs by it."""

    policy: ConcurrencyPolicy
    wanted: Wanted

    @property
    def is_refusing(self) -> bool:
        """Whether the execution ends where it can't start at once; at 0 it never could."""
        return self.policy.at_threshold is AtThreshold.CANCEL or self.policy.threshold < 1


def limits_of(prepared: Prepared, policies: Iterable[Policy]) -> tuple[Limit, ...]:
    """The concurrency policies that hold for an execution."""
    return tuple(
        Limit(policy=policy, wanted=Wanted(key=_key(prepared, policy), limit=policy.threshold))
        for policy in policies
        if isinstance(policy, ConcurrencyPolicy)
    )


def retry_of(
    execution: Execution, tried: int, policies: Iterable[Policy], *, is_part: bool
) -> RetryPolicy | None:
    """The policy by which an execution that has ended is tried again, after `tried` tries of it."""
    if is_part:
        return None
    for policy in policies:
        if isinstance(policy, RetryPolicy) and execution.status is _RETRIED[policy.retry_on]:
            return policy if tried < policy.max_retry_count else None
    return None


def retry_context(execution: Execution, policy: RetryPolicy, tried: int) -> JsonObject:
    """The context of the next try."""
    retry: dict[str, Json] = {
        "applied_policy": policy.ref,
        "retry_count": tried,
        "retried_liveaction_id": execution.id,
    }
    return {**execution.context, "policies": {"retry": retry}}


def _key(prepared: Prepared, policy: ConcurrencyPolicy) -> str:
    """What executions share that count together: the action, and the values of attributes.

    Two policies on the same attributes have slots of their own.
    """
    import json

    execution = prepared.execution
    values = {name: execution.parameters.get(name) for name in sorted(set(policy.attributes))}
    return json.dumps([policy.ref, execution.action_ref, values], sort_keys=True, default=str)
