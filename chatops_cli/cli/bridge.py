"""`chatops bridge`: real chat, answered for as long as it runs."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.invocation import Invocation
from chatops_cli.cli.output import print_json, print_note, print_table
from chatops_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from chatops_cli.bridge.connections import Outside
    from chatops_cli.bridge.peers import Shared
    from chatops_cli.bridge.standing import Standing
    from chatops_cli.bridge.web.metrics import Metrics
    from chatops_cli.execution.durable.opening import Durable
    from chatops_cli.execution.running import Running
    from chatops_cli.model.trace import Tracer
    from chatops_cli.notifications.courier import Post
    from chatops_cli.records.events import Event
    from chatops_cli.room.room import Room

EPILOG = """Examples:

chatops bridge

chatops bridge check

echo '{"user": "ann", "text": "!help", "room": "#ops"}' | chatops --config jsonl.yaml bridge

It ends on SIGTERM or Ctrl-C, when what runs has ended; on a second one at once. SIGHUP has it read
packs and settings again. Exit codes: 0 it was told to end, 1 something can't be read or written,
2 the settings are wrong.
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None, invoke_without_command=True)


@app.callback(epilog=EPILOG, invoke_without_command=True)
def bridge(
    ctx: typer.Context,
    *,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Write the log as JSON, an object a line.")
    ] = False,
) -> int | None:
    """Connect to the networks of the settings, and answer what is said to the bot there."""
    if ctx.invoked_subcommand is not None:
        return None
    import asyncio

    from chatops_cli.cli.service_log import log_to
    from chatops_cli.cli.session import settings_from
    from chatops_cli.cli.tracing import tracer_of

    invocation = ctx.find_object(Invocation) or Invocation()
    tracer = tracer_of(settings_from(invocation))
    log_to(sys.stderr, as_json=log_json, traceparent=lambda: tracer.traceparent)
    try:
        return asyncio.run(serve(invocation, tracer))
    finally:
        tracer.close()


@app.command()
def check(
    ctx: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> int:
    """Try the credentials and rights of each network, and say what is missing."""
    import asyncio

    from chatops_cli.bridge.checking import checks_of
    from chatops_cli.cli.session import settings_of

    settings = settings_of(ctx)
    found = asyncio.run(checks_of(settings, outside_of(ctx.find_object(Invocation))))
    if as_json:
        print_json([each.as_json() for each in found])
    else:
        rows = [
            [each.line, each.check.name, "ok" if each.check.is_fine else "FAILS", each.told]
            for each in found
        ]
        print_table(["network", "check", "state", "what"], rows)
    is_fine = all(each.check.is_fine for each in found)
    return ExitCode.OK if is_fine else ExitCode.PROBLEMS


async def serve(invocation: Invocation, tracer: "Tracer") -> int:
    """The bridge runs until a signal ends it."""
    from functools import partial

    from chatops_cli.bridge.service import Service, tell_reload
    from chatops_cli.cli.incident import keep
    from chatops_cli.cli.service_signals import run_until_told
    from chatops_cli.execution.running import Running

    service: Service | None = None
    running = Running()

    def standing() -> "Standing":
        assert service is not None  # nobody asks before it listens
        return service.standing

    metrics = metrics_of(standing)
    durable = durably(invocation)
    shared = among_others(invocation, durable)

    def fence(event: "Event") -> None:
        assert service is not None  # nothing begins before it does
        service.fence(event)

    service = Service(
        open_room=lambda post: opened(
            invocation,
            post,
            metrics,
            tracer,
            durable,
            fence=fence if shared is not None else None,
            running=running,
        ),
        outside=outside_of(invocation),
        incident=keep,
        metrics=metrics,
        executor=durable.executor if durable is not None else None,
        tracer=tracer,
        shared=shared,
    )
    return await run_until_told(service, partial(tell_reload, service))


def metrics_of(standing: "Callable[[], Standing]") -> "Metrics | None":
    """What counts for Prometheus; None where its package is not installed."""
    from importlib.util import find_spec

    if find_spec("prometheus_client") is None:
        return None
    from chatops_cli.bridge.web.metrics import Metrics

    return Metrics(standing)


def durably(invocation: Invocation) -> "Durable | None":
    """Where executions are kept that outlive the bridge, if its settings want it."""
    from chatops_cli.cli.session import settings_from

    settings = settings_from(invocation)
    if settings.engine is None or not settings.engine.is_durable:
        return None
    from chatops_cli.execution.durable.opening import durable_of
    from chatops_cli.room.opening import follow_of, now

    return durable_of(settings, follow=follow_of(settings), now=now)


def among_others(invocation: Invocation, durable: "Durable | None") -> "Shared | None":
    """What the bridge shares with others, if its engine's database is one that can be shared."""
    if durable is None or not durable.store.is_cluster:
        return None
    from chatops_cli.bridge.peers import shared_of
    from chatops_cli.cli.session import settings_from
    from chatops_cli.room.opening import new_id

    return shared_of(settings_from(invocation).home, durable.store.url, new_id)


def opened(
    invocation: Invocation,
    post: "Post",
    metrics: "Metrics | None",
    tracer: "Tracer",
    durable: "Durable | None" = None,
    *,
    fence: "Callable[[Event], None] | None" = None,
    running: "Running | None" = None,
) -> "Room":
    """A room with the settings and packs of now. Nobody is at a terminal."""
    from chatops_cli.cli.session import settings_from
    from chatops_cli.room.opening import new_id, now, open_room
    from chatops_cli.room.ports import Ports
    from chatops_cli.runners.registry import find_runner

    ports = Ports(
        find_runner=find_runner,
        clock=now,
        new_id=new_id,
        witness=metrics.witness if metrics is not None else None,
        tracer=tracer,
        fence=fence,
        running=running,
    )

    return open_room(
        settings_from(invocation),
        operator=None,
        warn=lambda text: print_note(f"warning: {text}"),
        lasts=True,
        post=post,
        ports=ports,
        durable=durable,
    )


def outside_of(invocation: Invocation | None) -> "Outside":
    """What adapters are given of this process."""
    import os

    from chatops_cli.bridge.connections import Outside
    from chatops_cli.cli.session import settings_from
    from chatops_cli.room.opening import follow_of, new_id, now

    return Outside(
        now=now,
        new_id=new_id,
        follow=follow_of(settings_from(invocation or Invocation())),
        environment=os.environ,
    )
