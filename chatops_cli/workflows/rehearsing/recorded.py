"""Mocks made of an execution on record: what its parts gave, masked as it was recorded."""

from collections.abc import Callable
from pathlib import Path

from chatops_cli.errors import ChatOpsError, NotFoundError
from chatops_cli.model.action import Action
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.model.runner import WORKFLOWS
from chatops_cli.records.journal import AUDIT
from chatops_cli.records.reader import records
from chatops_cli.records.results import FOLDER as RESULTS
from chatops_cli.records.results import ResultStore

REQUESTED, FINISHED, WAITING = "execution.requested", "execution.finished", "execution.waiting"


@frozen
class Recorded:
    """A workflow on record. `mocks` are as a file of mocks has them, by paths of tasks.

    `notes` say what is not quite as it was.
    """

    id: str
    action: str
    input: dict[str, Json]
    mocks: dict[str, Json]
    notes: tuple[str, ...]


@frozen
class _Part:
    id: str
    parent: str | None
    action: str
    runner: str
    task: str | None
    item: int | None
    parameters: dict[str, Json]


def recorded(home: Path, execution: str) -> Recorded:
    """The mocks of an execution in the state folder `home`; the beginning of its id is enough.

    Raises:
        NotFoundError: There is none, or there are several.
    """
    parts, ends = _read(home / AUDIT)
    found = [each for each in parts if each.startswith(execution)] if execution else []
    if execution in parts:
        found = [execution]
    if not found:
        raise NotFoundError(
            f"no execution has the id '{execution}'", hint="see 'chatops history list'"
        )
    if len(found) > 1:
        raise NotFoundError(f"several executions begin with '{execution}': {', '.join(found[:5])}")
    whole = parts[found[0]]
    if whole.runner not in WORKFLOWS:
        raise NotFoundError(
            f"the execution {whole.id} is no workflow but one of {whole.action}",
            hint="see 'chatops history list'",
        )
    notes: list[str] = []
    store = ResultStore(home / RESULTS)
    runs = _runs(whole.id, parts)
    mocks = {
        path: _mock([_answer(each, ends, store, path, notes.append) for each in found], found)
        for path, found in runs.items()
    }
    if "******" in str(mocks) or "******" in str(whole.parameters):
        notes.append("secrets are masked on record (********): put values in their place")
    return Recorded(
        id=whole.id,
        action=whole.action,
        input=whole.parameters,
        mocks=mocks,
        notes=tuple(dict.fromkeys(notes)),
    )


def settable(action: Action, parameters: dict[str, Json]) -> dict[str, Json]:
    """Those of the recorded parameters that can be given again."""
    return {
        name: value
        for name, value in parameters.items()
        if value is not None
        and (parameter := action.parameters.get(name)) is not None
        and not parameter.immutable
    }


def _read(folder: Path) -> tuple[dict[str, _Part], dict[str, tuple[str, str | None]]]:
    parts: dict[str, _Part] = {}
    ends: dict[str, tuple[str, str | None]] = {}
    for record in records(folder):
        own = record.text("execution_id")
        if own is None:
            continue
        if record.event == REQUESTED:
            item, given = record.fields.get("item"), record.fields.get("parameters")
            parts[own] = _Part(
                id=own,
                parent=record.text("parent"),
                action=record.text("action") or "",
                runner=record.text("runner") or "",
                task=record.text("task"),
                item=item if isinstance(item, int) else None,
                parameters=dict(given) if isinstance(given, dict) else {},
            )
        elif record.event in {FINISHED, WAITING}:
            ends[own] = (record.text("status") or "pending", record.text("result_digest"))
    return parts, ends


def _runs(whole: str, parts: dict[str, _Part]) -> dict[str, list[_Part]]:
    """The parts of a workflow by the paths of their tasks, without those that are conducted."""
    children: dict[str, list[_Part]] = {}
    for part in parts.values():
        if part.parent is not None and part.task is not None:
            children.setdefault(part.parent, []).append(part)
    found: dict[str, list[_Part]] = {}
    waiting = [(whole, "")]
    while waiting:
        parent, path = waiting.pop(0)
        for part in children.get(parent, ()):
            inner = f"{path}.{part.task}" if path else str(part.task)
            if part.runner in WORKFLOWS and part.id in children:
                waiting.append((part.id, inner))
            else:
                found.setdefault(inner, []).append(part)
    return found


def _answer(
    part: _Part,
    ends: dict[str, tuple[str, str | None]],
    store: ResultStore,
    path: str,
    note: Callable[[str], None],
) -> dict[str, Json]:
    status, digest = ends.get(part.id, ("abandoned", None))
    if part.id not in ends:
        note(f"the end of {path} is not on record: it is given as abandoned")
    result: Json = None
    if digest is not None:
        try:
            result = store.get(digest)
        except ChatOpsError as error:
            note(f"the result of {path} is lost: {error.message}")
    return {"status": status, "result": result}


def _mock(answers: list[dict[str, Json]], parts: list[_Part]) -> Json:
    """One answer, or by item, and where something was run again, by run."""
    if len(answers) == 1 and parts[0].item is None:
        return dict(answers[0])
    by_item: dict[int | None, list[dict[str, Json]]] = {}
    for answer, part in zip(answers, parts, strict=True):
        by_item.setdefault(part.item, []).append(answer)
    mocks = {item: _by_run(found) for item, found in by_item.items()}
    if set(mocks) == {None}:
        return mocks[None]
    return {"items": {str(item): mock for item, mock in mocks.items() if item is not None}}


def _by_run(answers: list[dict[str, Json]]) -> Json:
    if len(answers) == 1:
        return dict(answers[0])
    return {"runs": {str(number): dict(each) for number, each in enumerate(answers, 1)}}
