"""What a runner would make of what an action gives: the shapes of docs/compatibility.md."""

import json
from collections.abc import Callable, Mapping

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.runners.registry import current_name

_SHELLS = frozenset(
    {"local-shell-cmd", "local-shell-script", "winrm-cmd", "winrm-ps-cmd", "winrm-ps-script"}
)
_REMOTE = frozenset({"remote-shell-cmd", "remote-shell-script"})
_LIMIT_CODE = -9


def shaped(runner: str, given: Json, status: Status, parameters: JsonObject) -> Json:
    """The result of an action that gives this, and ends so.

    Args:
        runner: The type of its runner; of one that isn't known it is what is given.
        given: Output of a shell, what a Python action returns, the body of an HTTP answer, what
            somebody answers to an inquiry, the output of a workflow.
        status: How it ends.
        parameters: Those of the action and its runner.
    """
    name = current_name(runner)
    code = 0 if status is Status.SUCCEEDED else 1
    if status is Status.TIMEOUT:
        code = _LIMIT_CODE
    if name in _SHELLS:
        return _shell(given, code)
    if name in _REMOTE:
        return {host: _shell(given, code) for host in _hosts(parameters)}
    shapes: dict[str, Callable[[], Json]] = {
        "python-script": lambda: {"result": given, "exit_code": code, "stdout": "", "stderr": ""},
        "http-request": lambda: _http(given, code),
        "inquirer": lambda: _inquiry(given, status, parameters),
        "orquesta": lambda: _workflow(given, status),
        "noop": lambda: {} if given is None else given,
        "announcement": lambda: _announcement(given, parameters),
    }
    return shapes[name]() if name in shapes else given


def _announcement(given: Json, parameters: JsonObject) -> Json:
    if given is not None:
        return given
    told = {k: v for k, v in parameters.items() if k not in {"experimental", "route"}}
    return {"output": told, **told}


def _shell(given: Json, code: int) -> dict[str, Json]:
    text = "" if given is None else given
    is_output = isinstance(text, str | list | dict)
    stdout: Json = text if is_output else json.dumps(text)
    failed = code != 0
    return {
        "failed": failed,
        "succeeded": not failed,
        "return_code": code,
        "stdout": "" if failed else _read(stdout),
        "stderr": stdout if failed else "",
    }


def _read(stdout: Json) -> Json:
    """A text that is a JSON object or array is that value, as of the runners themselves."""
    if not isinstance(stdout, str) or not stdout.strip().startswith(("{", "[")):
        return stdout
    try:
        value: Json = json.loads(stdout)
    except ValueError:
        return stdout
    return value if isinstance(value, dict | list) else stdout


def _hosts(parameters: JsonObject) -> list[str]:
    hosts = parameters.get("hosts")
    return [host.strip() for host in str(hosts or "host").split(",") if host.strip()]


def _http(given: Json, code: int) -> dict[str, Json]:
    is_text = isinstance(given, str)
    return {
        "status_code": 500 if code else 200,
        "body": "" if given is None else given,
        "parsed": given is not None and not is_text,
        "headers": {"Content-Type": "text/plain" if is_text else "application/json"},
    }


def _inquiry(given: Json, status: Status, parameters: JsonObject) -> dict[str, Json]:
    names = ("schema", "roles", "users", "route", "ttl")
    asked = {name: parameters.get(name) for name in names}
    if status is Status.PENDING:
        return asked
    answer = given if isinstance(given, Mapping) else {} if given is None else {"continue": given}
    return {**asked, "response": dict(answer)}


def _workflow(given: Json, status: Status) -> dict[str, Json]:
    if status is Status.SUCCEEDED:
        return {"output": given}
    message = given if isinstance(given, str) else "Execution failed. See result for details."
    return {"output": None, "errors": [{"type": "error", "message": message}]}
