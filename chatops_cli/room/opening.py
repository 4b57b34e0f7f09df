"""A room put together from settings: packs read, aliases indexed, the engine and the records."""

import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from chatops_cli.access.decide import LOCAL
from chatops_cli.execution.inline import InlineEngine
from chatops_cli.execution.keeper import Keeper
from chatops_cli.execution.parameters import Binder
from chatops_cli.execution.recorder import Records
from chatops_cli.model.chat import Principal
from chatops_cli.notifications.courier import Courier, Post
from chatops_cli.notifications.errands import Errands
from chatops_cli.notifications.notifier import Notifier
from chatops_cli.records.audit import AuditLog
from chatops_cli.records.datastore import FILE, Datastore
from chatops_cli.records.journal import AUDIT as FOLDER
from chatops_cli.records.journal import open_journal
from chatops_cli.records.key_file import NAME as KEY
from chatops_cli.records.waiting import FOLDER as WAITING
from chatops_cli.records.waiting import WaitingStore
from chatops_cli.room.ports import Ports
from chatops_cli.room.room import Room
from chatops_cli.room.services import Services
from chatops_cli.room.world import World
from chatops_cli.room.world_opening import open_world as open_world  # noqa: PLC0414  # from here, too
from chatops_cli.runners.registry import find_runner
from chatops_cli.settings.values import Settings

if TYPE_CHECKING:
    from chatops_cli.execution.durable.opening import Durable
    from chatops_cli.execution.engine import Engine
    from chatops_cli.execution.saving import Saved
    from chatops_cli.notifications.references import References
    from chatops_cli.room.inventory import RoomInventory
    from chatops_cli.runners.contract import Call, Outcome
    from chatops_cli.runners.workers import PythonWorkers
    from chatops_cli.workflows.driving.workflows import Workflows


def open_room(
    settings: Settings,
    *,
    operator: str | None,
    warn: Callable[[str], None],
    lasts: bool = True,
    post: Post | None = None,
    world: World | None = None,
    ports: Ports | None = None,
    durable: "Durable | None" = None,
) -> Room:
    """A room in this process: actions run inline, all is recorded in the state folder.

    Whoever goes on after the last message closes it.

    Args:
        settings: What holds.
        operator: The OS user at the terminal: it is on record where they speak as somebody else.
            None where nobody is there.
        warn: Told in one line what couldn't be kept beside the audit log.
        lasts: Whether more messages come than one: then the history is kept up to date, which its
            next reader does otherwise, and Python actions have warm workers.
        post: Says something in another room; None where that can't be done.
        world: What is known; read by `settings` where None.
        ports: What stands in for the clock, for ids and for runners; None for the real ones.
        durable: Where executions are kept that outlive this process; None where they don't.
    """
    world = world or open_world(settings)
    ports = ports or Ports(find_runner=find_runner, clock=now, new_id=new_id)
    datastore = open_datastore(settings, clock=ports.clock)
    journal = open_journal(
        settings.home,
        clock=ports.clock,
        warn=warn,
        rotate_at=settings.audit_file_limit,
        indexes=lasts,
    )
    records = ports.witnessed(journal)
    errands = Errands()
    courier = Courier(
        routes=settings.routes,
        records=records,
        errands=errands,
        references=lambda: references_of(world, datastore),
        environment=os.environ,
        warn=warn,
        post=post,
    )
    inline = InlineEngine(
        find_runner=ports.find_runner,
        binder=Binder(world.templates),
        clock=ports.clock,
        new_id=ports.new_id,
        datastore=datastore.of,
        variables=os.environ,
        permitted=frozenset(settings.config_environment),
        values=lambda user, execution_id: recorded(datastore, records, execution_id).of(user),
        inventory=lambda: inventory_of(world),
        output_limit=settings.output_limit,
        inherited=frozenset(settings.environment),
        choice=settings.choice if durable is None else durable.marked(settings.choice),
        virtualenvs=str(settings.virtualenvs),
        workers=workers_of(settings) if lasts else None,
        announce=courier.announce,
        conduct=conducting(world),
        tracer=ports.tracer,
    )
    engine: Engine = inline
    if durable is not None:
        engine = durable.engine(
            inline,
            find_runner=ports.find_runner,
            find_action=world.action,
            warn=warn,
            tracer=ports.tracer,
        )
    notifier = Notifier(
        known=world,
        engine=engine,
        records=records,
        clock=ports.clock,
        new_id=ports.new_id,
        datastore=datastore.of,
        courier=courier,
        errands=errands,
        keeper=keeper_of(settings, ports),
        tracer=ports.tracer,
        saved=saved_of(settings, ports) if durable is not None else None,
        running=ports.running,
    )
    services = Services(
        new_id=ports.new_id,
        records=records,
        engine=engine,
        performer=notifier.performer,
        operator=operator,
        notifier=notifier,
        claims=ports.claims,
        post=post if lasts or ports.is_rehearsed else None,
        watches=not ports.is_rehearsed,
        tracer=ports.tracer,
    )
    return Room(world=world, services=services)


def keeper_of(settings: Settings, ports: Ports | None = None) -> Keeper:
    """What keeps executions that wait, in the state folder; nothing of it is read yet.

    `ports` are those of the room that they go on in.
    """
    finds, clock = (find_runner, now) if ports is None else (ports.find_runner, ports.clock)
    return Keeper(waiting_of(settings), find_runner=finds, clock=clock)


def saved_of(settings: Settings, ports: Ports) -> "Saved":
    """Workflows that run, on disk."""
    from chatops_cli.execution.saving import FOLDER as RUNNING
    from chatops_cli.execution.saving import Saved

    key_file = settings.key_file or settings.home / KEY
    store = WaitingStore(settings.home / RUNNING, key_file=key_file)
    return Saved(store=store, find_runner=ports.find_runner)


def waiting_of(settings: Settings) -> WaitingStore:
    """The executions that wait, on disk."""
    key_file = settings.key_file or settings.home / KEY
    return WaitingStore(settings.home / WAITING, key_file=key_file)


def conducting(world: World) -> "Callable[[Call], Awaitable[Outcome]]":
    """What runs the workflows of a world; made when the first is run."""

    @cache
    def workflows() -> "Workflows":
        from chatops_cli.workflows.driving.workflows import Workflows

        return Workflows(catalog=lambda: world.catalog, templates=world.templates)

    return lambda call: workflows().conduct(call)


def inventory_of(world: World) -> "RoomInventory":
    """What the code of packs may look up."""
    # Only for code that does.
    from chatops_cli.room.inventory import RoomInventory

    return RoomInventory(catalog=world.catalog, home=world.settings.home)


def workers_of(settings: Settings) -> "PythonWorkers | None":
    """Warm workers of Python actions, if the settings want them."""
    from chatops_cli.runners.workers import PythonWorkers

    return PythonWorkers(cold=settings.python_cold) if settings.python_warm else None


def references_of(world: World, datastore: Datastore) -> "References":
    """What follows the references of routes."""
    # Only for what is delivered.
    from chatops_cli.notifications.references import References

    return References(templates=world.templates, environment=os.environ, lookup=datastore.of(""))


def follow_of(settings: Settings) -> Callable[[str], str]:
    """What follows a reference in the settings, such as ``{{ env.NAME }}``; see `References`."""
    from chatops_cli.notifications.references import References
    from chatops_cli.rendering.templates import Templates

    templates, lookup = Templates(), open_datastore(settings).of("")

    def follow(text: str) -> str:
        return References(templates=templates, environment=os.environ, lookup=lookup).follow(text)

    return follow


def recorded(datastore: Datastore, records: Records, execution_id: str) -> Datastore:
    """The datastore as an execution changes it: on record, with its id."""
    from chatops_cli.records.datastore_changes import ChangeRecorder

    return datastore.recorded(
        ChangeRecorder(
            lambda event, sync: records.append(event, sync=sync), execution_id=execution_id
        )
    )


def open_recorded_datastore(settings: Settings, user: str) -> Datastore:
    """The datastore as a person at the terminal changes it: on record, with their name."""
    from chatops_cli.records.datastore_changes import ChangeRecorder

    audit = AuditLog(settings.home / FOLDER, clock=now, rotate_at=settings.audit_file_limit)
    recorder = ChangeRecorder(
        lambda event, sync: audit.append(event, sync=sync),
        principal=Principal(network=LOCAL, user=user),
    )
    return open_datastore(settings).recorded(recorder)


def open_datastore(settings: Settings, *, clock: Callable[[], datetime] | None = None) -> Datastore:
    """The datastore in the state folder; nothing of it is read yet."""
    return Datastore(settings.home / FILE, clock=clock or now, key_file=settings.key_file)


def now() -> datetime:
    """The time, aware UTC."""
    return datetime.now(UTC)  # noqa: TID251  # the one clock, which everything else is handed


def new_id() -> str:
    """An id of 24 hexadecimal digits that sorts by time, as StackStorm's do: seconds, then chance.

    Source: BSON's ObjectId, whose form packs' templates expect (they cut short ids from it).
    """
    return f"{int(now().timestamp()):08x}{os.urandom(8).hex()}"
