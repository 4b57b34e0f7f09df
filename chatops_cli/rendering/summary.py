"""The answer of an alias without a result template: how it went, and what there is to see."""

from collections.abc import Iterator, Mapping

from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import Json
from chatops_cli.rendering.causes import task_causes
from chatops_cli.rendering.filters.duration import clock_time
from chatops_cli.rendering.inquiry import inquiry_lines
from chatops_cli.rendering.outline import outline, scalar

_SHELL = frozenset({"local-shell-cmd", "local-shell-script"})
_REMOTE = frozenset({"remote-shell-cmd", "remote-shell-script"})
_STREAMS = frozenset({"stdout", "stderr", "return_code", "succeeded", "failed", "error", "hint"})
_MINUTE = 60.0
FAILED = 5
"""How many failed tasks are told of, each with its cause."""
TASKS = 50
"""How many tasks of a chain are listed."""


def summarize(execution: Execution) -> str:
    """Ref, status, time taken and id on the first line; then the result's useful keys by runner.

    What went wrong comes first: the error, then stderr, then the output there was.
    """
    sections = [headline(execution), *_body(execution)]
    return "\n".join(section for section in sections if section)


def headline(execution: Execution) -> str:
    """One line: ``linux.check_load succeeded in 0.3 s (execution 5f2…)``."""
    took = _took(execution)
    status = execution.status
    after = f" after {took}" if took else ""
    match status:
        case Status.SUCCEEDED:
            said = f"succeeded in {took}" if took else "succeeded"
        case Status.FAILED:
            said = f"failed{_cause(execution)}{after}"
        case Status.TIMEOUT:
            said = f"timed out{after} and was ended"
        case Status.CANCELED:
            said = f"was canceled{after}"
        case Status.ABANDONED:
            said = f"was abandoned{after}"
        case Status.PENDING:
            said = "is waiting for an answer"
        case _:
            said = f"is {status.value}"
    return f"{execution.action_ref} {said} (execution {execution.id})"


def fenced(text: str) -> str:
    """The text as a code block, whose fence is longer than any in the text."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}"


def _took(execution: Execution) -> str:
    seconds = execution.elapsed
    if seconds is None:
        return ""
    if seconds >= _MINUTE:
        return clock_time(round(seconds))
    return f"{seconds:.1f} s" if seconds >= 1 else f"{max(seconds, 0):.2g} s"


def _cause(execution: Execution) -> str:
    result = execution.result
    if not isinstance(result, dict):
        return ""
    if execution.runner in _REMOTE and _is_by_host(result):
        failed = sum(1 for host in result.values() if isinstance(host, dict) and _has_failed(host))
        return f" on {failed} of {len(result)} hosts" if failed else ""
    status = result.get("status_code")
    if execution.runner == "http-request" and isinstance(status, int):
        return f" with HTTP status {status}"
    code = _exit_code(result)
    return f" with exit code {code}" if code else ""


def _exit_code(result: Mapping[str, Json]) -> int | None:
    for key in ("return_code", "exit_code"):
        code = result.get(key)
        if isinstance(code, int) and not isinstance(code, bool):
            return code
    return None


def _has_failed(host: Mapping[str, Json]) -> bool:
    if "failed" in host or "succeeded" in host:
        return bool(host.get("failed")) or host.get("succeeded") is False
    return bool(_exit_code(host))


def _is_by_host(result: Mapping[str, Json]) -> bool:
    return bool(result) and all(isinstance(host, dict) for host in result.values())


def _body(execution: Execution) -> Iterator[str]:
    result, runner = execution.result, execution.runner
    ok = execution.status is Status.SUCCEEDED
    if not isinstance(result, dict):
        yield _value(result)
    elif runner in _REMOTE and _is_by_host(result):
        yield from _hosts(result)
    elif runner in _SHELL or runner in _REMOTE or runner.startswith("winrm-"):
        yield from _streams(result, ok=ok)
    elif runner == "python-script":
        yield from _python(result, ok=ok)
    elif runner == "http-request":
        yield from _http(result, ok=ok)
    elif runner == "announcement" and "output" in result:
        yield _value(result["output"])  # all else says the same again
    elif runner == "inquirer" and execution.status is Status.PENDING:
        yield from inquiry_lines(result)
    elif runner in ("orquesta", "action-chain"):
        yield from _workflow(result, ok=ok)
    else:
        yield _value(result)


def _streams(result: Mapping[str, Json], *, ok: bool) -> Iterator[str]:
    yield from _wrong(result)
    stdout, stderr = result.get("stdout"), result.get("stderr")
    if ok:
        yield _value(stdout)
        yield _labelled("stderr", stderr)
    else:
        yield _labelled("stderr", stderr)
        yield _labelled("stdout", stdout)
    rest = {key: value for key, value in result.items() if key not in _STREAMS}
    yield _value(rest)


def _python(result: Mapping[str, Json], *, ok: bool) -> Iterator[str]:
    yield from _wrong(result)
    value, stdout, stderr = (result.get(key) for key in ("result", "stdout", "stderr"))
    # A Python action logs to stderr: of a success that is noise, unless there is nothing else.
    nothing_else = value is None and not stdout
    if not ok:
        yield _labelled("stderr", stderr)
    yield _value(value)
    yield _value(stdout) if value is None else _labelled("stdout", stdout)
    if ok and nothing_else:
        yield _labelled("stderr", stderr)


def _http(result: Mapping[str, Json], *, ok: bool) -> Iterator[str]:
    yield from _wrong(result)
    if ok and "status_code" in result:
        yield f"HTTP status {scalar(result['status_code'])}"
    yield _value(result.get("body"))


def _hosts(result: Mapping[str, Json]) -> Iterator[str]:
    for name, host in result.items():
        if not isinstance(host, dict):
            continue
        code = _exit_code(host)
        failed = _has_failed(host)
        yield (
            f"{name}: failed with exit code {code}"
            if failed and code
            else (f"{name}: {'failed' if failed else 'ok'}")
        )
        yield from _streams(host, ok=not failed)


def _workflow(result: Mapping[str, Json], *, ok: bool) -> Iterator[str]:
    if not ok:
        yield from _failed_tasks(result)
    yield from _wrong(result)
    yield _value(result.get("output"))
    tasks = result.get("tasks")
    if isinstance(tasks, list):
        shown = [task for task in tasks if isinstance(task, dict)]
        for task in shown[:TASKS]:
            yield f"- {scalar(task.get('name'))}: {scalar(task.get('state'))}"
        if len(shown) > TASKS:
            yield f"- and {len(shown) - TASKS} more"
    yield _labelled("published", result.get("published"))


def _failed_tasks(result: Mapping[str, Json]) -> Iterator[str]:
    """Each task that went wrong with its cause, once however many of its items did."""
    causes: dict[str, list[tuple[str, str]]] = {}
    for number, (task, why, execution_id) in enumerate(task_causes(result)):
        causes.setdefault(task or f"#{number}", []).append((why, execution_id))
    for task, found in list(causes.items())[:FAILED]:
        why, execution_id = found[0]
        where = "" if task.startswith("#") else f"task {task}: "
        which = f" (execution {execution_id})" if execution_id else ""
        more = f", and {len(found) - 1} more of its errors" if len(found) > 1 else ""
        yield f"error: {where}{why}{which}{more}"
    if len(causes) > FAILED:
        yield f"and {len(causes) - FAILED} more errors"
    errors = result.get("errors")
    if isinstance(errors, list):
        hints = [error["hint"] for error in errors if isinstance(error, dict) and "hint" in error]
        for hint in list(dict.fromkeys(map(scalar, hints)))[:FAILED]:
            yield f"hint: {hint}"


def _wrong(result: Mapping[str, Json]) -> Iterator[str]:
    """What went wrong, and what to do about it."""
    yield _labelled("error", result.get("error"))
    yield _labelled("hint", result.get("hint"))


def _labelled(label: str, value: Json) -> str:
    shown = _value(value)
    if not shown:
        return ""
    return f"{label}:\n{shown}" if "\n" in shown else f"{label}: {shown}"


def _value(value: Json) -> str:
    """One line as it is, more as a code block; nothing for what is empty."""
    if value is None or value == "" or (isinstance(value, dict | list) and not value):
        return ""
    text = value if isinstance(value, str) else outline(value)
    text = text.strip("\n").rstrip()
    if not text.strip():
        return ""
    return fenced(text) if "\n" in text else text
