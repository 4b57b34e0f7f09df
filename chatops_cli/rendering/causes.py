"""Why an execution failed, in a line, from its result: what people look for first."""

from collections.abc import Iterator, Mapping, Sequence

from chatops_cli.model.json import Json

LONGEST = 300
"""Characters of a cause."""
DEEPEST = 25
"""Levels of workflows in one another that are followed."""

_GOOD = frozenset({"succeeded", "running", "pending", "paused"})


def cause(result: Json, level: int = 0) -> str:
    """What went wrong; nothing where the result doesn't say. It has one line, and is not long."""
    if not isinstance(result, dict):
        return _short(result) if isinstance(result, str) else ""
    found = next((text for text in _causes(result, level) if text), "")
    return found if len(found) <= LONGEST else found[: LONGEST - 1] + "…"


def task_causes(result: Mapping[str, Json], level: int = 0) -> list[tuple[str, str, str]]:
    """For each error of a workflow its task (may be empty), its cause and its execution's id."""
    errors = result.get("errors")
    if isinstance(errors, list):
        return [_of_error(error, level) for error in errors]
    tasks = result.get("tasks")
    failed = [
        (str(task.get("name") or ""), cause(task.get("result"), level + 1), _id_of(task))
        for task in (tasks if isinstance(tasks, list) else ())
        if isinstance(task, dict) and task.get("state") not in _GOOD
    ]
    return failed if level < DEEPEST else []


def _causes(result: Mapping[str, Json], level: int) -> Iterator[str]:
    yield _short(result.get("error"))
    if level < DEEPEST:
        yield _of_tasks(task_causes(result, level))
    yield _of_process(result)
    status = result.get("status_code")
    if isinstance(status, int):
        yield f"HTTP status {status}"
    value = result.get("result")
    yield _short(value) if isinstance(value, str) else ""
    yield _of_hosts(result, level)


def _of_tasks(causes: Sequence[tuple[str, str, str]]) -> str:
    if not causes:
        return ""
    task, why, _ = causes[0]
    said = f"task {task}: {why}" if task else why
    return f"{said} (and {len(causes) - 1} more errors)" if len(causes) > 1 else said


def _of_error(error: Json, level: int) -> tuple[str, str, str]:
    """The cause of an entry of ``errors``: that of its task's result, or its own message."""
    if not isinstance(error, dict):
        return "", _short(error), ""
    why = cause(error.get("result"), level + 1) or _short(error.get("message"))
    return str(error.get("task_id") or ""), why, _id_of(error)


def _of_process(result: Mapping[str, Json]) -> str:
    """The exit code, and the last line that was said about it."""
    code = result.get("return_code", result.get("exit_code"))
    told = [f"exit code {code}"] if isinstance(code, int) and code else []
    said = next((line for name in ("stderr", "stdout") if (line := _last(result.get(name)))), "")
    return ": ".join([*told, said] if said else told)


def _of_hosts(result: Mapping[str, Json], level: int) -> str:
    for name, host in result.items():
        if isinstance(host, dict) and (host.get("failed") or host.get("succeeded") is False):
            return f"{name}: {cause(host, level + 1) or 'failed'}"
    return ""


def _id_of(entry: Mapping[str, Json]) -> str:
    found = entry.get("execution_id")
    return found if isinstance(found, str) else ""


def _last(value: Json) -> str:
    """The last line of an output that says something."""
    if not isinstance(value, str):
        return ""
    tail = value[-4 * LONGEST :]
    return next((line.strip() for line in reversed(tail.splitlines()) if line.strip()), "")


def _short(value: Json) -> str:
    if not isinstance(value, str):
        return ""
    return " ".join(value[: 4 * LONGEST].split())
