"""Events of executions: asked for, waiting, wished for, ended."""

from datetime import datetime
from typing import ClassVar

from chatops_cli.model.chat import Principal
from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject


@frozen
class ExecutionRequested:
    """An action is about to start: on disk before it does. `timeout` is in seconds.

    `retry_of` is the execution that failed, where a policy has it tried again. `task` is the task
    of the workflow `parent` that it is a run of, `item` the place of its item in one with items.
    """

    event: ClassVar[str] = "execution.requested"

    execution_id: str
    message_id: str | None
    principal: Principal
    room: str
    action: str
    runner: str
    parameters: JsonObject
    rule: str
    reason: str
    alias: str | None = None
    timeout: float | None = None
    parent: str | None = None
    operator: str | None = None
    retry_of: str | None = None
    task: str | None = None
    item: int | None = None


@frozen
class ExecutionDelayed:
    """An action that was asked for waits: by `policy` no more than `threshold` run at a time."""

    event: ClassVar[str] = "execution.delayed"

    execution_id: str
    policy: str
    threshold: int


@frozen
class ExecutionFinished:
    """How an action ended. The masked result itself is in the result store, by its digest."""

    event: ClassVar[str] = "execution.finished"

    execution_id: str
    status: Status
    started: datetime | None = None
    ended: datetime | None = None
    elapsed: float | None = None
    result_digest: str | None = None
    result_size: int | None = None
    error: str | None = None


@frozen
class ExecutionWaiting:
    """An execution has asked people something; it isn't over until they have answered.

    `result_digest` is that of what it asks, as with `ExecutionFinished`.
    """

    event: ClassVar[str] = "execution.waiting"

    execution_id: str
    status: Status
    started: datetime | None = None
    result_digest: str | None = None
    result_size: int | None = None


@frozen
class ExecutionWished:
    """Somebody wants an execution paused, resumed or cancelled; `wish` says which."""

    event: ClassVar[str] = "execution.wished"

    execution_id: str
    wish: str
    principal: Principal
    room: str
    rule: str
    reason: str
    operator: str | None = None


@frozen
class ExecutionResumed:
    """An execution that waited goes on, in this process; `reason` says why."""

    event: ClassVar[str] = "execution.resumed"

    execution_id: str
    reason: str


@frozen
class InquiryAnswered:
    """Somebody has answered an inquiry; `response` is masked. Its end follows."""

    event: ClassVar[str] = "inquiry.answered"

    execution_id: str
    principal: Principal
    room: str
    rule: str
    reason: str
    response: JsonObject
    operator: str | None = None
