"""Events and logs for tests of what is recorded."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from chatops_cli.model.chat import Message, Principal
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.records.audit import AuditLog
from chatops_cli.records.events import (
    Decided,
    ExecutionFinished,
    ExecutionRequested,
    MatchOutcome,
    MessageMatched,
    MessageReceived,
)
from tests.support.clock import START, FakeClock

ALICE = Principal(network="slack", workspace="T1", user="U1", name="alice")
BOB = Principal(network="slack", workspace="T1", user="U2", name="bob")


def make_message(number: int = 1, *, who: Principal = ALICE, text: str = "disk") -> MessageReceived:
    message = Message(id=f"m{number}", text=text, principal=who, room="ops", time=START)
    return MessageReceived.of(message, text=text)


def make_request(
    number: int = 1,
    *,
    who: Principal = ALICE,
    action: str = "linux.disk",
    room: str = "ops",
    parameters: dict[str, Json] | None = None,
) -> ExecutionRequested:
    return ExecutionRequested(
        execution_id=f"e{number}",
        message_id=f"m{number}",
        principal=who,
        room=room,
        action=action,
        alias="linux.disk_usage",
        runner="local-shell-cmd",
        parameters={"path": "/"} if parameters is None else parameters,
        rule="default",
        reason="no grants are configured",
        timeout=60.0,
    )


def make_finish(
    number: int = 1, *, status: Status = Status.SUCCEEDED, digest: str | None = None
) -> ExecutionFinished:
    return ExecutionFinished(
        execution_id=f"e{number}",
        status=status,
        started=START,
        ended=START,
        elapsed=0.25,
        result_digest=digest,
        result_size=None if digest is None else 2,
        error=None if status is Status.SUCCEEDED else "exit code 1",
    )


def make_log(
    folder: Path, *, clock: Callable[[], datetime] | None = None, rotate_at: int = 10**9
) -> AuditLog:
    return AuditLog(folder, clock=clock or FakeClock(), rotate_at=rotate_at)


def run_one(
    log: AuditLog,
    number: int,
    *,
    who: Principal = ALICE,
    action: str = "linux.disk",
    status: Status = Status.SUCCEEDED,
) -> None:
    """One message on its whole way: five records."""
    log.append(make_message(number, who=who), sync=False)
    log.append(
        MessageMatched(message_id=f"m{number}", outcome=MatchOutcome.MATCHED, alias="linux.disk"),
        sync=False,
    )
    log.append(
        Decided(
            message_id=f"m{number}",
            execution_id=f"e{number}",
            action=action,
            allowed=True,
            rule="default",
            reason="no grants are configured",
        ),
        sync=False,
    )
    log.append(make_request(number, who=who, action=action), sync=False)
    log.append(make_finish(number, status=status), sync=False)
