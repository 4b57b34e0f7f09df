"""An action's metadata file as an `Action`."""

from collections.abc import Iterable

from chatops_cli.catalog.parameter_schema import read_parameters
from chatops_cli.catalog.reference import Reference, ReferenceKind
from chatops_cli.model.action import Action, ActionRef
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Severity
from chatops_cli.model.queue import NAMES, QUEUE
from chatops_cli.model.runner import BUILT_IN, LEGACY_NAMES, RETIRED
from chatops_cli.reading.reader import Reader

NEED_ENTRY_POINT = frozenset(
    {
        "action-chain",
        "local-shell-script",
        "orquesta",
        "python-script",
        "remote-shell-script",
        "winrm-ps-script",
    }
)
"""Runner types that run a file of the pack."""

NOTIFY_EVENTS = ("on-complete", "on-failure", "on-success")
# StackStorm computes these, or takes them from its interface only.
COMPUTED = ("id", "ref", "uid", "metadata_file", "content_version", "data_files")


def read_action(reader: Reader, pack: Pack) -> tuple[Action | None, tuple[Reference, ...]]:
    """What the file says, and what it refers to; None where there is no name or no runner.

    Source: StackStorm, ``st2common.models.api.action``, schema of an action.
    """
    name = read_name(reader)
    check_pack(reader, pack)
    written_runner = reader.text("runner_type", required=True).strip()
    runner = _runner(reader, written_runner)
    entry_point = reader.text("entry_point").strip()
    action = Action(
        ref=ActionRef(f"{pack.ref}.{name}"),
        pack=pack.ref,
        name=name,
        runner_type=runner,
        pack_path=pack.path,
        place=reader.place,
        entry_point=entry_point,
        enabled=reader.flag("enabled", default=True, broken=False),
        description=reader.text("description"),
        parameters=read_parameters(reader.section("parameters")),
        notify=_notify(reader),
        output_schema=reader.mapping("output_schema"),
        tags=tuple(item.json() for item in reader.items("tags")),
        queue=read_queue(reader),
        is_idempotent=reader.flag("idempotent", default=False),
    )
    reader.accept(*COMPUTED)
    reader.finish()
    if not name or not runner:
        return None, ()
    return action, tuple(_references(reader, runner, entry_point))


def read_name(reader: Reader) -> str:
    """The name of an action or alias, empty where it has none that could be typed."""
    name = reader.text("name", required=True).strip()
    if name.isprintable():
        return name
    reader.report("name", f"{name!r} is no name: it holds what can't be printed", key="name")
    return ""


def read_queue(reader: Reader) -> str:
    """The queue that executions wait in; empty where none is named, or none that could be."""
    queue = reader.text("queue").strip()
    if not queue or QUEUE.fullmatch(queue):
        return queue
    reader.report("queue-name", f"{queue!r} can't be the name of a queue", key="queue", hint=NAMES)
    return ""


def check_pack(reader: Reader, pack: Pack) -> None:
    """Report a ``pack`` that isn't the one in which the file stands; the folder decides."""
    named = reader.text("pack").strip()
    if named and named != pack.ref:
        reader.report(
            "pack-mismatch",
            f"this file is in the pack {pack.ref}, but says pack: {named}",
            key="pack",
            hint="remove the line; StackStorm refuses the file",
            severity=Severity.WARNING,
        )


def _runner(reader: Reader, name: str) -> str:
    if name in LEGACY_NAMES:
        reader.report(
            "legacy-runner",
            f"{name} is the old name of the runner {LEGACY_NAMES[name]}",
            key="runner_type",
            hint=f"write runner_type: {LEGACY_NAMES[name]}",
            severity=Severity.WARNING,
        )
        return LEGACY_NAMES[name]
    if name in RETIRED:
        reader.report(
            "retired-runner",
            f"the runner {name} is gone; this action can't run",
            key="runner_type",
            hint=RETIRED[name],
        )
    return name


def _notify(reader: Reader) -> JsonObject:
    """The section, of which only what can be read is kept: routes, message and data by event.

    Source: StackStorm, ``st2common.models.api.notification``; ``channels`` is the old name.
    """
    events = reader.section("notify")
    if events is None:
        return {}
    found: dict[str, Json] = {}
    for event in NOTIFY_EVENTS:
        section = events.section(event)
        if section is not None:
            found[event] = _notice(section)
    events.finish()
    return found


def _notice(reader: Reader) -> dict[str, Json]:
    routes, channels = reader.strings("routes"), reader.strings("channels")
    if not routes and not channels:
        reader.report(
            "no-route",
            f"{reader.path('routes')} is missing, so nobody is told",
            hint="name a route",
            severity=Severity.WARNING,
        )
    message, data = reader.text("message", None), dict(reader.mapping("data"))
    reader.finish()
    return {"routes": [*(routes or channels)], "message": message, "data": data}


def _references(reader: Reader, runner: str, entry_point: str) -> Iterable[Reference]:
    if runner not in BUILT_IN and runner not in RETIRED:
        place = reader.place_of("runner_type")
        yield Reference(kind=ReferenceKind.RUNNER, name=runner, place=place)
    if runner not in NEED_ENTRY_POINT:
        return
    if not entry_point:
        reader.report("missing-key", f"entry_point is missing, and the runner {runner} needs one")
        return
    place = reader.place_of("entry_point")
    yield Reference(kind=ReferenceKind.ENTRY_POINT, name=entry_point, place=place)
