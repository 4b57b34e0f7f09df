"""`chatops worker`: more hosts for what bridges ask for."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.invocation import Invocation
from chatops_cli.cli.output import print_note
from chatops_cli.errors import SettingsError

if TYPE_CHECKING:
    from chatops_cli.model.trace import Tracer

EPILOG = """Examples:

chatops worker

chatops worker --queues default,dc2

It needs the settings of the bridge: 'engine' with kind durable, the same database, the same key,
and the same versions of the packs whose actions it runs. It ends on SIGTERM or Ctrl-C, when what
runs has ended; on a second one at once. SIGHUP has it read packs and settings again.
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=EPILOG)
def worker(
    ctx: typer.Context,
    *,
    queues: Annotated[
        str,
        typer.Option(
            "--queues",
            help="Where it takes work from, with commas between; else what the settings say.",
            metavar="NAMES",
        ),
    ] = "",
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Write the log as JSON, an object a line.")
    ] = False,
) -> int:
    """Run actions that a bridge with a durable engine asks for, on this machine."""
    import asyncio

    from chatops_cli.cli.service_log import log_to
    from chatops_cli.cli.session import settings_from
    from chatops_cli.cli.tracing import tracer_of

    names = names_of(queues) if queues else ()
    invocation = ctx.find_object(Invocation) or Invocation()
    tracer = tracer_of(settings_from(invocation))
    log_to(sys.stderr, as_json=log_json, traceparent=lambda: tracer.traceparent)
    try:
        return asyncio.run(serve(invocation, names, tracer))
    finally:
        tracer.close()


def names_of(text: str) -> tuple[str, ...]:
    """The queues named.

    Raises:
        SettingsError: One can't be the name of a queue.
    """
    from chatops_cli.model.queue import NAMES, QUEUE

    names = tuple(dict.fromkeys(each.strip() for each in text.split(",")))
    for name in names:
        if not QUEUE.fullmatch(name):
            raise SettingsError(f"{name!r} can't be the name of a queue", hint=NAMES)
    return names


async def serve(invocation: Invocation, queues: tuple[str, ...], tracer: "Tracer") -> int:
    """A worker of these queues, or of those of the settings, until it is told to end."""
    import os

    from chatops_cli.bridge.worker import Worker
    from chatops_cli.cli.service_signals import run_until_told
    from chatops_cli.cli.session import settings_from
    from chatops_cli.execution.durable.opening import Durable
    from chatops_cli.room.opening import follow_of, new_id, now, open_room
    from chatops_cli.room.ports import Ports
    from chatops_cli.runners.registry import find_runner
    from chatops_cli.settings.bridge import DRAIN
    from chatops_cli.settings.engine import EngineSettings

    settings = settings_from(invocation)
    queues = queues or (settings.engine or EngineSettings()).queues
    durable = Durable(settings, follow=follow_of(settings), now=now, queues=queues)
    assert durable.executor is not None  # there are queues
    found = Worker(
        open_room=lambda: open_room(
            settings_from(invocation),
            operator=None,
            warn=lambda text: print_note(f"warning: {text}"),
            durable=durable,
            ports=Ports(find_runner=find_runner, clock=now, new_id=new_id, tracer=tracer),
        ),
        executor=durable.executor,
        drain=settings.bridge.drain if settings.bridge is not None else DRAIN,
        environment=os.environ,
    )
    return await run_until_told(found, found.reload)
