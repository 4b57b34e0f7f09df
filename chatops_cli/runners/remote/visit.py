"""One host's part of an action: connected, run, ended in time, and told as a result."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncssh

from chatops_cli.errors import RunnerError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.runners.limit import explain_timeout
from chatops_cli.runners.remote import channel, family
from chatops_cli.runners.remote.access import Access, Open
from chatops_cli.runners.remote.channel import LOST_CODE, Ended
from chatops_cli.runners.remote.feed import Rights, feed
from chatops_cli.runners.remote.folder import Folder
from chatops_cli.runners.shell import (
    LIMIT_CODE,
    REFUSED,
    WRONG_PASSWORD,
    parse_output,
    strip_line_end,
)

PATIENCE = 1.0
"""Seconds for a host to notice that the copying is over, before it runs what was copied."""

Result = dict[str, Json]


@frozen
class Task:
    """What each host is to do: shell text, or a folder to copy and text that knows its path."""

    text: Callable[[str], str]
    """Given the path of the script there; empty where none is copied."""
    rights: Rights
    seconds: float
    output_limit: int
    folder: Folder | None = None


@frozen
class Visit:
    """How it went on one host."""

    result: Result
    timed_out: bool = False


async def visit(
    task: Task, open_connection: Open, on_output: Callable[[str, bytes], None] | None
) -> Visit:
    """Does `task` on one host; what goes wrong there is its result.

    At the limit and at cancellation all that came from the command is ended, and what was copied
    is removed.

    Raises:
        Exception: What `on_output` has raised.
    """
    limit = asyncio.timeout(task.seconds)
    try:
        async with limit, open_connection() as connection:
            access = Access(connection=connection, open_another=open_connection)
            async with _copied(task, access) as path:
                return await _run(task, access, path, limit, on_output)
    except RunnerError as error:
        return fail(error)
    except TimeoutError:
        if not limit.expired():
            raise
        text = f"timed out after {task.seconds:g} s, before anything was run"
        return Visit(result=_failure(LIMIT_CODE, text), timed_out=True)
    except asyncssh.Error as error:
        text = f"the connection was lost: {error.reason or error}"
        return Visit(result=_failure(LOST_CODE, text))


def fail(error: RunnerError) -> Visit:
    """What there is to tell of a host that could not be used."""
    result = _failure(LOST_CODE, error.message)
    if error.hint is not None:
        result["hint"] = error.hint
    return Visit(result=result)


@asynccontextmanager
async def _copied(task: Task, access: Access) -> AsyncIterator[str]:
    if task.folder is None:
        yield ""
        return
    async with task.folder.copied(access, task.rights) as path:
        yield path


async def _run(
    task: Task,
    access: Access,
    path: str,
    limit: asyncio.Timeout,
    on_output: Callable[[str, bytes], None] | None,
) -> Visit:
    mark = secrets.token_hex(8)
    running = await channel.start(
        access.connection,
        feed(task.text(path), mark, task.rights),
        output_limit=task.output_limit,
        on_output=on_output,
        patience=PATIENCE if path else 0,
    )
    session = running.session
    rest = asyncio.timeout_at(limit.when())
    limit.reschedule(None)  # from here on time ends the command, and not what ends it
    try:
        async with rest:
            await session.wait()
    except BaseException as error:
        left = await family.end(access, running, mark, task.rights)
        if not isinstance(error, TimeoutError) or not rest.expired():
            raise
        text = _explain_limit(task.seconds, left)
        return Visit(result=_make_result(session.ended, LIMIT_CODE, text), timed_out=True)
    finally:
        running.close()
    return Visit(result=_tell(session.ended))


def _tell(ended: Ended) -> Result:
    if ended.return_code is None:
        return _make_result(
            ended, LOST_CODE, "the connection was lost before the command had ended"
        )
    error = ""
    if ended.return_code != 0 and WRONG_PASSWORD.search(ended.stderr.text()):
        error = REFUSED
    return _make_result(ended, ended.return_code, error)


def _explain_limit(seconds: float, left: tuple[int, ...] | None) -> str:
    if left is None:
        return (
            f"timed out after {seconds:g} s; its processes were told to end, but the host does not "
            "say whether they have"
        )
    return explain_timeout(seconds, left)


def _make_result(ended: Ended, code: int, error: str) -> Result:
    result: Result = {
        "failed": code != 0,
        "succeeded": code == 0,
        "return_code": code,
        "stdout": parse_output(strip_line_end(ended.stdout.text())),
        "stderr": strip_line_end(ended.stderr.text()),
    }
    if error:
        result["error"] = error
    return result


def _failure(code: int, error: str) -> Result:
    return {
        "failed": True,
        "succeeded": False,
        "return_code": code,
        "stdout": "",
        "stderr": "",
        "error": error,
    }
