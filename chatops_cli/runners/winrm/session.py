"""A job run in a thread of its own, with a time limit, and ended when it is cancelled."""

import asyncio
import contextlib
import threading
from collections.abc import Callable

from chatops_cli.errors import RunnerError
from chatops_cli.runners.capture import Capture
from chatops_cli.runners.contract import OnOutput
from chatops_cli.runners.winrm.job import Done, Job
from chatops_cli.runners.winrm.login import Login
from chatops_cli.runners.winrm.refusal import EXPECTED, explain
from chatops_cli.runners.winrm.shell import Work

ENDING = 10.0
"""Seconds for the host to end what runs there; then it is left to itself."""


async def run_there(
    login: Login, job: Job, *, seconds: float, output_limit: int, on_output: OnOutput | None
) -> Done:
    """Runs the job to its end, its limit or the caller's cancellation.

    At the limit and at cancellation the host is told to end what runs, and waited for.

    Raises:
        RunnerError: The host could not be used; nothing was started there.
        Exception: What `on_output` has raised; the job is ended then.
    """
    session = _Session(login, job, output_limit, on_output)
    timed_out = False
    try:
        async with asyncio.timeout(seconds):
            await session.wait()
    except TimeoutError:
        timed_out = True
    finally:
        is_ended = await session.end()
    session.raise_failure()
    if session.error is not None and not timed_out and not session.work.was_started:
        raise session.error
    return Done(
        stdout=session.captures["stdout"],
        stderr=session.captures["stderr"],
        return_code=session.return_code,
        error=session.error,
        timed_out=timed_out,
        was_started=session.work.was_started,
        is_ended=is_ended,
    )


class _Session:
    """The thread, and what it tells the event loop."""

    def __init__(
        self, login: Login, job: Job, output_limit: int, on_output: OnOutput | None
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_output = on_output
        self._finished: asyncio.Future[None] = self._loop.create_future()
        self._failure: Exception | None = None
        self._failed: asyncio.Future[None] = self._loop.create_future()
        self._login = login
        self.captures = {"stdout": Capture(output_limit), "stderr": Capture(output_limit)}
        self.return_code: int | None = None
        self.error: RunnerError | None = None
        self.work = Work(login, job, self._hand_over)
        # A thread that nobody waits for at the end of the program: a host may never answer.
        threading.Thread(target=self._run, name="winrm", daemon=True).start()

    async def wait(self) -> None:
        """Waits for its end, or for `on_output` to fail."""
        await asyncio.wait((self._finished, self._failed), return_when=asyncio.FIRST_COMPLETED)

    async def end(self) -> bool:
        """Whether it has ended, after it was told to if it has to be."""
        self.work.stop.set()
        if not self._finished.done():
            await asyncio.wait((self._finished,), timeout=ENDING)
        return self._finished.done() and self.error is None

    def raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        code, error = None, None
        try:
            code = self.work.run()
        except EXPECTED as raised:
            error = explain(self._login, raised)
        except Exception as raised:  # noqa: BLE001  # handed on to whoever awaits the job
            self._tell(self._fail, raised)
        finally:
            self._tell(self._finish, code, error)

    def _hand_over(self, stream: str, chunk: bytes) -> None:
        self._tell(self._receive, stream, chunk)

    def _tell(self, function: Callable[..., None], *arguments: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has been closed meanwhile
            self._loop.call_soon_threadsafe(function, *arguments)

    def _receive(self, stream: str, chunk: bytes) -> None:
        self.captures[stream].feed(chunk)
        if self._on_output is not None:
            try:
                self._on_output(stream, chunk)
            except Exception as error:  # noqa: BLE001  # handed on to whoever awaits the job
                self._on_output = None
                self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._failure = error
        if not self._failed.done():
            self._failed.set_result(None)

    def _finish(self, code: int | None, error: RunnerError | None) -> None:
        self.return_code, self.error = code, error
        if not self._finished.done():
            self._finished.set_result(None)
