"""Rehearsals of what is tried here: `/record`, `/stub`, `/chaos`."""

from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.repl.commands.command import Command, Offer, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chatops_cli.repl.desk import Desk


async def record(desk: "Desk", argument: str) -> None:
    current = desk.rehearsing.recording
    if argument == "off":
        if current is None:
            raise UsageError("nothing is being written down")
        desk.rehearsing.keep()
        desk.rehearsing.recording = None
        desk.face.note([f"{current.count} messages are in {current.path}"])
        return
    if not argument:
        where = f"written down in {current.path}" if current else "not written down"
        desk.face.note([f"what is said is {where}"])
        return
    path = new_file(argument)
    desk.rehearsing.record(path, desk.house.world.settings)
    desk.face.note([f"from now on it is written down in {path}; chatops rehearse {path} plays it"])


def new_file(text: str) -> Path:
    """A file that isn't there yet, in a folder that is.

    Raises:
        UsageError: It is there, or the folder isn't.
    """
    path = Path(text).expanduser()
    if path.exists():
        raise UsageError(f"{path} is there already", hint="name another file, or remove it")
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent}")
    return path


async def stub(desk: "Desk", argument: str) -> None:
    action, _, answer = argument.partition(" ")
    if not action:
        lines = [f"{each.action}: {each.status}" for each in desk.rehearsing.stubs]
        desk.face.note(lines or ["every action is run"])
        return
    if action == "off":
        number = desk.rehearsing.unstub(answer.strip())
        desk.face.note([f"{number} answers are gone; these actions are run again"])
        return
    if desk.house.world.catalog.action(action) is None and not {"*", "?"} & set(action):
        raise UsageError(
            f"no action named {action!r}", hint="/stub core.local {stdout: some output}"
        )
    from chatops_cli.rehearsal.spoken import read_stub

    for each in reversed(read_stub(argument)):
        desk.rehearsing.stub(each)
    desk.face.note([f"{action} is not run any more, and answers so; /stub off {action} ends it"])


async def set_chaos(desk: "Desk", argument: str) -> None:
    if argument:
        from chatops_cli.rehearsal.spoken import read_roughness

        rough = read_roughness(argument)
        desk.rehearsing.misbehave(rough, lambda text: desk.face.note([f"network: {text}"]))
    network = desk.rehearsing.network
    if network is None:
        desk.face.note(["the network behaves"])
    else:
        desk.face.note([f"the network misbehaves, seed {network.roughness.seed}"])


def actions(desk: "Desk") -> "Iterator[Offer]":
    yield Offer("off", "run actions again")
    for ref in desk.house.world.catalog.action_refs():
        yield Offer(ref)


RECORD = Command(
    name="record",
    usage="[FILE|off]",
    says="Write what is said into a transcript, which 'chatops rehearse' plays again.",
    act=record,
    examples=("/record rehearsals/deploy.chat", "/record off"),
    offers=lambda _desk: (Offer("off", "stop writing"),),
    takes_file=True,
)
STUB = Command(
    name="stub",
    usage="[ACTION ANSWER|off [ACTION]]",
    says="Have an action answer so in place of being run; alone: which do.",
    act=stub,
    examples=("/stub core.local {stdout: hello}", "/stub web.get {status: failed, stderr: gone}"),
    offers=actions,
)
CHAOS = Command(
    name="chaos",
    usage="[SEED|SHARES|off]",
    says="Have the network misbehave: messages late, twice, cut short, edited; replies, too.",
    act=set_chaos,
    examples=("/chaos 7", "/chaos seed=7 duplicates=0.5", "/chaos off"),
    offers=lambda _desk: (Offer("off", "behave"),),
)
