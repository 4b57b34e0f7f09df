"""What goes to the database of an execution, and what comes back: sealed text, both of them.

There are secrets in both, and whoever can write what a worker reads has it run what they like. So
where several machines share a database, there is a key, by which both are encrypted and known to be
of one of them.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

from chatops_cli.errors import RecordError
from chatops_cli.execution.engine import Prepared
from chatops_cli.execution.kept import plain_prepared, read_prepared
from chatops_cli.model.action import Action, ActionRef
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject
from chatops_cli.records.sealed import Seal
from chatops_cli.runners.contract import Runner

# What json.loads gives; what isn't of its shape raises KeyError, TypeError or ValueError.
_Loaded: TypeAlias = Any
_BROKEN = (KeyError, TypeError, ValueError, AttributeError)


@frozen
class Work:
    """One execution to be run.

    `definition` is the digest of the action as it was when it was asked for, `home` the state
    folder of who asked. `is_idempotent` says whether it may be run again. `traceparent` is what
    running it is part of.
    """

    prepared: JsonObject
    definition: str
    home: str
    is_idempotent: bool
    traceparent: str = ""

    def sealed(self, execution_id: str, seal: Seal) -> str:
        """As text for the database."""
        found = {
            "prepared": dict(self.prepared),
            "definition": self.definition,
            "home": self.home,
            "is_idempotent": self.is_idempotent,
            "traceparent": self.traceparent,
        }
        return seal.close(json.dumps(found), f"request {execution_id}")


def work_of(prepared: Prepared, *, home: Path, is_idempotent: bool, traceparent: str = "") -> Work:
    """What a worker needs of an execution."""
    return Work(
        prepared=plain_prepared(prepared, started=None),
        definition=definition_of(prepared.request.action),
        home=str(home),
        is_idempotent=is_idempotent,
        traceparent=traceparent,
    )


def opened(execution_id: str, text: str, seal: Seal) -> Work:
    """The work that was sealed for this execution.

    Raises:
        RecordError: It wasn't, or by who has another key, or no key.
    """
    if seal.has_key and not seal.is_sealed(text):
        raise RecordError(f"the request of execution {execution_id} is not encrypted, but must be")
    try:
        found: _Loaded = json.loads(seal.open(text, f"request {execution_id}"))
        return Work(
            prepared=found["prepared"],
            definition=found["definition"],
            home=found["home"],
            is_idempotent=found["is_idempotent"],
            traceparent=str(found.get("traceparent", "")),
        )
    except _BROKEN as error:
        raise RecordError(
            f"the request of execution {execution_id} is damaged, or of another version"
        ) from error


def prepared_of(
    work: Work,
    execution_id: str,
    find_runner: Callable[[str], Runner],
    *,
    home: Path,
    find_action: Callable[[ActionRef], Action | None],
) -> Prepared:
    """The execution, ready to run here.

    From another state folder it is run as the packs here have it, if they have the same.

    Raises:
        RecordError: The work is damaged, or the action here is another one.
        RunnerError: Its runner isn't installed.
    """
    prepared = read_prepared(work.prepared, execution_id, find_runner)
    if work.home == str(home):
        return prepared
    asked = prepared.request.action
    action = find_action(asked.ref)
    if action is None:
        raise RecordError(f"this worker has no action {asked.ref}", hint="install its pack there")
    if definition_of(action) != work.definition:
        raise RecordError(
            f"this worker has another version of {asked.ref}",
            hint="install the same version of its pack on all machines",
        )
    return replace(prepared, request=replace(prepared.request, action=action))


def definition_of(action: Action) -> str:
    """The digest of what an action's file says, and of the file that it runs."""
    from chatops_cli.catalog.codec import pack_action

    found = sha256(f"{action.ref}\n{pack_action(action)}\n".encode())
    if action.entry_point:
        try:
            found.update(Path(action.pack_path, "actions", action.entry_point).read_bytes())
        except OSError:
            found.update(b"none")
    return found.hexdigest()


def sealed_end(execution: Execution, prepared: Prepared, seal: Seal) -> str:
    """How an execution ended, as text for the database; with the secrets that it has met."""
    found = {
        "status": execution.status.value,
        "started": execution.started.isoformat() if execution.started else None,
        "ended": execution.ended.isoformat() if execution.ended else None,
        "result": execution.result,
        "needles": prepared.masker.plain(),
    }
    return seal.close(json.dumps(found), f"end {execution.id}")


def end_of(prepared: Prepared, text: object, seal: Seal) -> Execution:
    """The execution as it ended; its masker knows what was secret in it.

    Raises:
        RecordError: It isn't what `sealed_end` gave.
    """
    asked = prepared.execution
    try:
        if not isinstance(text, str) or (seal.has_key and not seal.is_sealed(text)):
            raise TypeError(type(text))
        found: _Loaded = json.loads(seal.open(text, f"end {asked.id}"))
        prepared.masker.read(found["needles"])
        return replace(
            asked,
            status=Status(found["status"]),
            started=_time(found["started"]),
            ended=_time(found["ended"]),
            result=found["result"],
        )
    except _BROKEN as error:
        raise RecordError(f"the end of execution {asked.id} is damaged") from error


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
