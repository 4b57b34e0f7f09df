"""One command on one host: its text goes in, its output comes back, bounded and as it arrives."""

import asyncio
import contextlib
import signal

import asyncssh

from chatops_cli.errors import RunnerError
from chatops_cli.model.frozen import frozen
from chatops_cli.runners.capture import Capture
from chatops_cli.runners.contract import OnOutput
from chatops_cli.runners.process import LINGER
from chatops_cli.runners.remote.feed import Feed

LOST_CODE = 255
"""The return code where none came back. Source: StackStorm, parallel_ssh, error results."""

RETRY = 0.05
"""Seconds until a host that has refused is asked again."""

_STDERR = asyncssh.EXTENDED_DATA_STDERR


@frozen
class Ended:
    """How it ended. `return_code` is negative for a signal, None where the host didn't tell."""

    return_code: int | None
    stdout: Capture
    stderr: Capture


class Session(asyncssh.SSHClientSession[bytes]):
    """Output as it arrives. `exited` tells when the command has ended, `closed` the channel."""

    def __init__(self, output_limit: int, on_output: OnOutput | None) -> None:
        loop = asyncio.get_running_loop()
        self.captures = {"stdout": Capture(output_limit), "stderr": Capture(output_limit)}
        self.return_code: int | None = None
        self.exited: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()
        self.failed: asyncio.Future[None] = loop.create_future()
        self._on_output = on_output

    def data_received(self, data: bytes, datatype: int | None) -> None:
        stream = "stderr" if datatype == _STDERR else "stdout"
        self.captures[stream].feed(data)
        if self._on_output is not None:
            try:
                self._on_output(stream, data)
            except Exception as error:  # noqa: BLE001  # handed on to whoever awaits the command
                self._on_output = None
                self.failed.set_exception(error)

    def exit_status_received(self, status: int) -> None:
        self._exit(status)

    def exit_signal_received(self, name: str, core_dumped: bool, msg: str, lang: str) -> None:
        del core_dumped, msg, lang
        number = getattr(signal, f"SIG{name}", None)
        self._exit(-number if isinstance(number, int) else -1)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc  # that there is no exit code says it
        if not self.closed.done():
            self.closed.set_result(None)

    def _exit(self, code: int) -> None:
        self.return_code = code
        if not self.exited.done():
            self.exited.set_result(None)

    async def wait(self) -> None:
        """Waits for the end; then for the rest of the output, as children may hold it open.

        Raises:
            Exception: What `on_output` has raised.
        """
        events = (self.exited, self.closed, self.failed)
        try:
            await asyncio.wait(events, return_when=asyncio.FIRST_COMPLETED)
            if self.exited.done():
                await asyncio.wait(
                    (self.closed, self.failed), timeout=LINGER, return_when=asyncio.FIRST_COMPLETED
                )
        finally:
            if self.failed.done():
                self.failed.exception()  # asked for, or asyncio complains that nobody did
        if self.failed.done():
            self.failed.result()

    @property
    def ended(self) -> Ended:
        return Ended(
            return_code=self.return_code,
            stdout=self.captures["stdout"],
            stderr=self.captures["stderr"],
        )


class Channel:
    """A running command. It is closed when it has been waited for, or by `close`."""

    def __init__(self, channel: asyncssh.SSHClientChannel[bytes], session: Session) -> None:
        self._channel = channel
        self.session = session

    def signal(self, name: str) -> None:
        """The host is asked to send a signal; not every host does."""
        with contextlib.suppress(OSError):  # it is closed
            self._channel.send_signal(name)

    def close(self) -> None:
        if not self._channel.is_closing():
            self._channel.close()


async def start(
    connection: asyncssh.SSHClientConnection,
    feed: Feed,
    *,
    output_limit: int,
    on_output: OnOutput | None = None,
    patience: float = 0,
) -> Channel:
    """The command of `feed`, started.

    For `patience` seconds the host may refuse: it takes a moment to notice that what ran before
    has ended, and may allow one command at a time (MaxSessions).

    Raises:
        RunnerError: The host refuses to run one.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while (channel := await _open(connection, feed, output_limit, on_output)) is None:
        if loop.time() >= end:
            raise RunnerError(
                "the host refuses to start a command",
                hint="the account needs a shell there, and sshd a free session (MaxSessions)",
            )
        await asyncio.sleep(RETRY)
    return channel


async def _open(
    connection: asyncssh.SSHClientConnection,
    feed: Feed,
    output_limit: int,
    on_output: OnOutput | None,
) -> Channel | None:
    try:
        channel, session = await connection.create_session(
            lambda: Session(output_limit, on_output),
            feed.line,
            request_pty=False,
            encoding=None,
            env={},
            send_env=(),
        )
    except asyncssh.Error:
        return None
    assert isinstance(session, Session)
    with contextlib.suppress(OSError):  # it has ended already: its exit code says how
        channel.write(feed.stdin)
        channel.write_eof()
    return Channel(channel, session)


async def run(connection: asyncssh.SSHClientConnection, feed: Feed, *, output_limit: int) -> Ended:
    """The same to its end, for small commands of ours.

    Raises:
        RunnerError: The host refuses to run one.
    """
    channel = await start(connection, feed, output_limit=output_limit)
    try:
        await channel.session.wait()
    finally:
        channel.close()
    return channel.session.ended
