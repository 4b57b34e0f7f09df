"""An execution as JSON, with all that it needs to go on in another process, and back.

It has secrets in it: it is for files that nobody else reads.
"""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeAlias

from chatops_cli.errors import RecordError
from chatops_cli.execution.engine import Prepared, Request
from chatops_cli.execution.masking import Masker
from chatops_cli.execution.origin import Origin
from chatops_cli.execution.parameters import Bound
from chatops_cli.model.action import Action, ActionRef
from chatops_cli.model.chat import Principal
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Place
from chatops_cli.runners.contract import Runner

# What json.loads gives; what isn't of its shape raises KeyError, TypeError or ValueError.
_Loaded: TypeAlias = Any


def plain(prepared: Prepared, origin: Origin, *, started: datetime | None) -> dict[str, Json]:
    """An execution, and where it comes from; `started` is when it was."""
    return {**plain_prepared(prepared, started=started), "origin": _plain_origin(origin)}


def plain_prepared(prepared: Prepared, *, started: datetime | None) -> dict[str, Json]:
    """An execution as it is prepared; `started` is when it was."""
    # Only what waits, or has failed, pays for it.
    from chatops_cli.catalog.codec import pack_action

    execution, request, bound = prepared.execution, prepared.request, prepared.bound
    action = request.action
    found: _Loaded = {
        "action": {
            "record": pack_action(action),
            "pack": action.pack,
            "path": action.pack_path,
            "file": action.place.file,
        },
        "execution": {
            "id": execution.id,
            "runner": execution.runner,
            "requested": execution.requested.isoformat(),
            "started": None if started is None else started.isoformat(),
            "alias_ref": execution.alias_ref,
            "context": dict(execution.context),
        },
        "parameters": dict(bound.parameters),
        "runner_parameters": dict(bound.runner_parameters),
        "secrets": sorted(bound.secrets),
        "schemas": dict(bound.schemas),
        "needles": prepared.masker.plain(),
        "config": dict(prepared.config),
        "timeout": prepared.timeout,
        "given": dict(request.given),
        "fixed": dict(request.fixed),
        "allowed": request.timeout,
        "owner": request.owner,
    }
    typed: dict[str, Json] = found
    return typed


def read(
    found: JsonObject, execution_id: str, find_runner: Callable[[str], Runner]
) -> tuple[Prepared, Origin]:
    """The execution, ready to go on, and where it comes from.

    Raises:
        RecordError: It isn't what `plain` gave.
        RunnerError: Its runner isn't installed.
    """
    loaded: _Loaded = found
    try:
        origin = _origin(loaded["origin"])
    except _BROKEN as error:
        raise _damaged(execution_id) from error
    return read_prepared(found, execution_id, find_runner), origin


def read_prepared(
    found: JsonObject, execution_id: str, find_runner: Callable[[str], Runner]
) -> Prepared:
    """The execution, ready to run.

    Raises:
        RecordError: It isn't what `plain_prepared` gave.
        RunnerError: Its runner isn't installed.
    """
    loaded: _Loaded = found
    try:
        action = _action(loaded["action"])
        bound = Bound(
            parameters=loaded["parameters"],
            runner_parameters=loaded["runner_parameters"],
            secrets=frozenset(loaded["secrets"]),
            schemas=loaded["schemas"],
        )
        execution = _execution(loaded["execution"], execution_id, action, bound)
        masker = Masker((), bound.schemas)
        masker.read(loaded["needles"])
        request = Request(
            id=execution.id,
            action=action,
            given=loaded["given"],
            fixed=loaded["fixed"],
            context=execution.context,
            alias_ref=execution.alias_ref,
            timeout=loaded["allowed"],
            owner=loaded["owner"],
        )
        config, timeout = loaded["config"], loaded["timeout"]
    except _BROKEN as error:
        raise _damaged(execution_id) from error
    return Prepared(
        request=request,
        execution=execution,
        bound=bound,
        runner=find_runner(action.runner_type),
        masker=masker,
        config=config,
        timeout=timeout,
    )


_BROKEN = (KeyError, TypeError, ValueError, AttributeError)


def _damaged(execution_id: str) -> RecordError:
    return RecordError(
        f"what was kept of execution {execution_id} is damaged, or of another version"
    )


def _action(found: _Loaded) -> Action:
    from chatops_cli.catalog.codec import unpack_action

    pack = Pack(
        ref=found["pack"],
        name=found["pack"],
        path=found["path"],
        place=Place(file=found["file"], line=1, column=1),
    )
    return unpack_action(found["record"], pack, found["file"])


def _execution(found: _Loaded, own: str, action: Action, bound: Bound) -> Execution:
    if found["id"] != own:
        raise ValueError(own)
    started = found["started"]
    return Execution(
        id=own,
        action_ref=action.ref,
        runner=found["runner"],
        status=Status.REQUESTED,
        requested=datetime.fromisoformat(found["requested"]),
        started=None if started is None else datetime.fromisoformat(started),
        alias_ref=found["alias_ref"],
        parameters=bound.all,
        secrets=bound.secrets,
        context=found["context"],
    )


def _plain_origin(origin: Origin) -> dict[str, _Loaded]:
    found = {each.name: getattr(origin, each.name) for each in fields(origin)}
    found["principal"] = {
        each.name: getattr(origin.principal, each.name) for each in fields(origin.principal)
    }
    found["within"] = list(origin.within)
    found["groups"] = list(origin.groups)
    return found


def _origin(found: _Loaded) -> Origin:
    return Origin(
        **{
            **found,
            "principal": Principal(**found["principal"]),
            "within": tuple(ActionRef(ref) for ref in found["within"]),
            "groups": tuple(found.get("groups", ())),
        }
    )
