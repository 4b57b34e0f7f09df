"""What runs for long until a signal ends it: the bridge, and workers."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Protocol

from chatops_cli.cli.output import print_note
from chatops_cli.errors import ExitCode


class Lasting(Protocol):
    """What runs until it is told to end."""

    def run(self) -> Coroutine[None, None, None]:
        """Its life."""
        ...

    def end(self) -> None:
        """It begins with nothing more; what runs has its time to end."""
        ...


async def run_until_told(service: Lasting, reload: Callable[[], object]) -> ExitCode:
    """SIGTERM and Ctrl-C end it, the second one at once; SIGHUP has it `reload`; its exit code."""
    loop = asyncio.get_running_loop()
    task = loop.create_task(service.run())
    has_come = False

    def end() -> None:
        nonlocal has_come
        if has_come:
            task.cancel()
        else:
            print_note("ending; once more ends it at once")
        has_come = True
        service.end()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    loop.add_signal_handler(signal.SIGHUP, reload)
    try:
        await task
    except asyncio.CancelledError:
        return ExitCode.INTERRUPTED
    return ExitCode.OK
