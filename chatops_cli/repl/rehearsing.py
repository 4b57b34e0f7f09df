"""What makes a rehearsal of a session: answers in place of actions, a transcript, a rough network.

Nothing of it is there until somebody asks for it.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.execution.running import Running
from chatops_cli.records.events import Event
from chatops_cli.room.claims import MemoryClaims
from chatops_cli.room.ports import Ports
from chatops_cli.runners.contract import Runner
from chatops_cli.runners.registry import find_runner

if TYPE_CHECKING:
    from chatops_cli.model.chat import Message, Reply
    from chatops_cli.rehearsal.network import RoughNetwork
    from chatops_cli.rehearsal.recording import Recording
    from chatops_cli.rehearsal.rough import Roughness
    from chatops_cli.rehearsal.stand_in import StandIn
    from chatops_cli.rehearsal.stub import Stub
    from chatops_cli.settings.values import Settings


class Rehearsing:
    """The rehearsal of one session. `network` is a rough one, None for a smooth one."""

    def __init__(self, *, clock: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self.recording: Recording | None = None
        self.network: RoughNetwork | None = None
        self._sent = 0
        self._stand_in: StandIn | None = None
        self.ports = Ports(
            find_runner=self._find_runner,
            clock=clock,
            new_id=new_id,
            witness=self._witness,
            claims=MemoryClaims(),
            running=Running(),
        )

    @property
    def stubs(self) -> "tuple[Stub, ...]":
        """The answers that actions give in place of being run, the newest first."""
        return tuple(self._stand_in.stubs) if self._stand_in is not None else ()

    def stub(self, stub: "Stub") -> None:
        """From now on this answers for its action; all others run as before."""
        if self._stand_in is None:
            import asyncio

            from chatops_cli.rehearsal.stand_in import StandIn

            self._stand_in = StandIn(allowed=["*"], find_runner=find_runner, sleep=asyncio.sleep)
        self._stand_in.stubs.insert(0, stub)

    def advice(self, reply: "Reply") -> str | None:
        """What to do about a reply whose template can't be filled with what a stub answers."""
        return self._stand_in.advice(reply) if self._stand_in is not None else None

    def unstub(self, action: str) -> int:
        """Actions of this name run again, all where it is empty; how many answers are gone."""
        if self._stand_in is None:
            return 0
        before = len(self._stand_in.stubs)
        kept = [stub for stub in self._stand_in.stubs if action and stub.action != action]
        self._stand_in.stubs[:] = kept
        return before - len(kept)

    def misbehave(self, roughness: "Roughness | None", happened: Callable[[str], None]) -> None:
        """From now on the network of all that is said is so rough; with None it behaves."""
        if roughness is None:
            self.network = None
            return
        from chatops_cli.rehearsal.network import RoughNetwork

        self.network, self._sent = RoughNetwork(roughness=roughness, happened=happened), 0

    def next_name(self) -> str:
        """What the network knows the next message by: ids differ from session to session."""
        self._sent += 1
        return f"message {self._sent}"

    def record(self, path: Path, settings: "Settings") -> None:
        """What is said from now on is written down, with what of the settings it depends on.

        Raises:
            SettingsError: The settings that hold where it is written are wrong.
        """
        from chatops_cli.records.results import FOLDER, ResultStore
        from chatops_cli.rehearsal.recording import Recording
        from chatops_cli.rehearsal.surroundings import front_of

        results = ResultStore(settings.home / FOLDER)
        self.recording = Recording(path, result=results.get, front=front_of(path, settings))

    def told(self, message: "Message") -> None:
        """Somebody says something."""
        if self.recording is not None:
            self.recording.told(message)

    def heard(self, reply: "Reply") -> None:
        """The bot says something."""
        if self.recording is not None:
            self.recording.heard(reply)

    def keep(self) -> None:
        """What was written down so far is on disk.

        Raises:
            ChatOpsError: It can't be written.
        """
        if self.recording is not None and self.recording.count:
            self.recording.write()

    def _find_runner(self, name: str) -> Runner:
        if self._stand_in is not None:
            return self._stand_in.find_runner(name)
        return find_runner(name)

    def _witness(self, event: Event) -> None:
        if self.recording is not None:
            self.recording.witness(event)
