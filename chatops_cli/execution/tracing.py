"""What a trace tells of an execution: ids, refs and how it went; no parameter, no result."""

from contextlib import AbstractContextManager

from chatops_cli.execution.engine import Prepared
from chatops_cli.execution.happening import Ended, Requested
from chatops_cli.model.execution import Status
from chatops_cli.model.trace import Attribute, Kind, Span, Tracer

FAILURES = frozenset({Status.FAILED, Status.TIMEOUT, Status.ABANDONED})


def executing(tracer: Tracer, requested: Requested) -> AbstractContextManager[Span]:
    """One try of an execution is run while this is entered."""
    execution, origin = requested.prepared.execution, requested.origin
    attributes: dict[str, Attribute] = {
        "chatops.execution.id": execution.id,
        "chatops.execution.parent.id": origin.parent or "",
        "chatops.action.ref": execution.action_ref,
        "chatops.action.runner": execution.runner,
        "chatops.alias.ref": execution.alias_ref or "",
        "chatops.rule.ref": origin.fired_by or "",
        "chatops.workflow.task": origin.task or "",
    }
    if origin.item is not None:
        attributes["chatops.workflow.item"] = origin.item
    return tracer.span(f"execute {execution.action_ref}", attributes=attributes)


def running(tracer: Tracer, prepared: Prepared, traceparent: str) -> AbstractContextManager[Span]:
    """What was taken from a queue is run while this is entered; part of the try that asked."""
    execution = prepared.execution
    return tracer.span(
        f"run {execution.action_ref}",
        kind=Kind.CONSUMER,
        parent=traceparent,
        attributes={
            "chatops.execution.id": execution.id,
            "chatops.action.ref": execution.action_ref,
            "chatops.action.runner": execution.runner,
        },
    )


def tell_end(span: Span, ended: Ended) -> None:
    """How it ended; where it failed, its status is the kind of the error."""
    status = ended.execution.status
    span.set({"chatops.execution.status": str(status)})
    if status in FAILURES:
        span.fail(str(status))
