"""One transcript rehearsed: read, played in a room of its own, judged."""

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Severity
from chatops_cli.reading.file import read_file
from chatops_cli.rehearsal.judge import REPLIES_DIFFER, Mismatch, judge
from chatops_cli.rehearsal.parse import Parsed, parse
from chatops_cli.rehearsal.rough import Roughness
from chatops_cli.rehearsal.script import exchanges
from chatops_cli.rehearsal.verdict import Ending, Played, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from chatops_cli.records.events import Event
    from chatops_cli.rehearsal.expiry import Expiry
    from chatops_cli.rehearsal.kept import KeptResult, KeptResults
    from chatops_cli.rehearsal.stand_in import StandIn
    from chatops_cli.rehearsal.transcript import Transcript
    from chatops_cli.room.room import Room
    from chatops_cli.settings.values import Settings

RECORDS = "start chatops rehearse --record once, for its results to be kept"


@frozen
class Manner:
    """How rehearsals are held.

    `records` runs actions without a stub, and keeps their results, where a transcript says
    ``record: true``. `roughness` is that of the network where a transcript says none.
    """

    records: bool = False
    roughness: Roughness | None = None


class Rehearsals:
    """Rehearses one transcript after the other; what they have in common is read once.

    Args:
        settings: The settings for a file, where it says nothing else.
        manner: How they are held.
    """

    def __init__(
        self, settings: "Callable[[Path], Settings]", manner: Manner | None = None
    ) -> None:
        from chatops_cli.rehearsal.worlds import Worlds

        self._settings = settings
        self._manner = manner or Manner()
        self._worlds = Worlds()

    def rehearse(self, file: str) -> Verdict:
        """How the rehearsal of this file went, whatever is wrong with it."""
        begun = time.perf_counter()
        parsed = read_transcript(file)
        if parsed.transcript is None or parsed.errors:
            verdict = Verdict(file=file, ending=Ending.BROKEN)
        elif not exchanges(parsed.transcript):
            verdict = Verdict(
                file=file,
                ending=Ending.BROKEN,
                why="nobody says anything in it",
                hint="write what somebody types: [#room] name: text",
            )
        else:
            try:
                verdict = self._play(parsed.transcript)
            except ChatOpsError as error:
                verdict = Verdict(
                    file=file, ending=Ending.BROKEN, why=error.message, hint=error.hint
                )
        problems = tuple(sorted((*parsed.problems, *verdict.problems), key=lambda each: each.place))
        return replace(verdict, problems=problems, seconds=time.perf_counter() - begun)

    def _play(self, transcript: "Transcript") -> Verdict:
        from tempfile import TemporaryDirectory

        from chatops_cli.rehearsal.familiar import missing_folders, unknown_names
        from chatops_cli.rehearsal.stage import furnish, staged

        file = Path(transcript.file)
        if missing := missing_folders(transcript.front, file):
            return Verdict(file=transcript.file, ending=Ending.BROKEN, problems=missing)
        site = self._settings(file)
        with TemporaryDirectory(prefix="chatops-rehearsal-") as folder:
            settings = staged(site, transcript, Path(folder) / "home")
            furnish(settings, transcript, site)
            world = self._worlds.world(settings, site.home, transcript.front.enabled)
            unknown = unknown_names(transcript.front, world)
            if any(each.severity is Severity.ERROR for each in unknown):
                return Verdict(file=transcript.file, ending=Ending.BROKEN, problems=unknown)
            verdict = _Rehearsal(transcript, settings, self._manner).hold(world)
            return replace(verdict, problems=unknown)


def read_transcript(file: str) -> Parsed:
    """A transcript file read, or why it can't be."""
    from chatops_cli.model.problem import Problem

    data = read_file(file, file=file)
    if isinstance(data, Problem):
        return Parsed(transcript=None, problems=(data,))
    return parse(data, file=file)


class _Rehearsal:
    """One rehearsal, from its first message to its end."""

    def __init__(self, transcript: "Transcript", settings: "Settings", manner: Manner) -> None:
        from chatops_cli.rehearsal.timeline import Timeline
        from chatops_cli.rehearsal.witness import Witness

        front = transcript.front
        self._transcript = transcript
        self._settings = settings
        self._manner = manner
        self._timeline: Timeline = Timeline(front.start, front.step)
        self._witness: Witness = Witness()
        self._warnings: list[str] = []
        self._roughness = front.roughness or manner.roughness
        self._troubles: list[str] = []
        self._expiry: Expiry | None = None

    def hold(self, world: "object") -> Verdict:
        """Plays all of it; how it went."""
        import asyncio

        from chatops_cli.rehearsal.stage import open_stage
        from chatops_cli.rehearsal.timeline import TimelineLoop

        kept = self._kept()
        stand_in = self._stand_in(kept)
        room = open_stage(
            self._settings,
            world=world,  # type: ignore[arg-type]  # a World, which is heavy to import here
            timeline=self._timeline,
            stand_in=stand_in,
            witness=self._seen,
            warn=self._warnings.append,
            post=self._witness.post,
        )
        with asyncio.Runner(loop_factory=lambda: TimelineLoop(self._timeline)) as runner:
            played = runner.run(self._talk(room))
        return self._verdict(played, stand_in, kept)

    def _seen(self, event: "Event") -> None:
        self._witness(event)
        if self._expiry is not None:
            self._expiry.told(event)

    async def _talk(self, room: "Room") -> list[Played]:
        import asyncio

        from chatops_cli.rehearsal.expiry import Expiry
        from chatops_cli.rehearsal.player import Player, principal_of

        front = self._transcript.front
        self._expiry = Expiry(room)
        player = Player(
            room=room,
            front=front,
            timeline=self._timeline,
            witness=self._witness,
            expiry=self._expiry,
            roughness=self._roughness,
        )
        self._troubles = player.troubles
        names: dict[str, str] = {}
        played = []
        try:
            for group in player.groups(exchanges(self._transcript)):
                turns = await player.play(group, names)
                if (task := asyncio.current_task()) is not None and task.cancelling():
                    # An execution that is cancelled ends, and tells that: here all ends.
                    raise asyncio.CancelledError
                for turn in turns:
                    principal = principal_of(turn.exchange.message.speaker, front)
                    judged = judge(turn, principal, names)
                    names.update(judged.names)
                    played.append(Played(turn=turn, judged=judged))
        finally:
            await self._expiry.close()
            await room.close()
        return played

    def _kept(self) -> "KeptResults | None":
        from chatops_cli.rehearsal.kept import KeptResults, file_of, read_results

        if not self._transcript.front.keeps_results:
            return None
        return KeptResults(
            read_results(file_of(self._transcript.file)),
            is_open=self._manner.records,
            requested=self._witness.requests.__getitem__,
        )

    def _stand_in(self, kept: "KeptResults | None") -> "StandIn":
        import asyncio

        from chatops_cli.rehearsal.stand_in import StandIn
        from chatops_cli.runners.registry import find_runner

        front = self._transcript.front
        hint = "give it a stub, or let it run: run: [{action}]"
        return StandIn(
            stubs=front.stubs,
            allowed=front.allowed,
            find_runner=find_runner,
            sleep=asyncio.sleep,
            kept=kept,
            hint=RECORDS if kept is not None else hint,
        )

    def _verdict(
        self, played: list[Played], stand_in: "StandIn", kept: "KeptResults | None"
    ) -> Verdict:
        mismatches = [
            _advised(each, one, stand_in) for one in played for each in one.judged.mismatches
        ]
        refused = tuple(dict.fromkeys(stand_in.refused))
        mismatches += _refusals(played, refused, stand_in.hint)
        return Verdict(
            file=self._transcript.file,
            ending=Ending.FAILED if mismatches else Ending.PASSED,
            mismatches=tuple(sorted(mismatches, key=lambda each: each.line)),
            refused=refused,
            ran=tuple(dict.fromkeys(stand_in.ran)),
            warnings=tuple(self._warnings),
            played=tuple(played),
            kept=self._gathered(kept),
            messages=len(played),
            seed=self._roughness.seed if self._roughness is not None else None,
            troubles=tuple(self._troubles),
        )

    def _gathered(self, kept: "KeptResults | None") -> "tuple[KeptResult, ...] | None":
        """The results of what really ran, as they are on record: masked."""
        if kept is None or not self._manner.records:
            return None
        from chatops_cli.records.results import FOLDER, ResultStore
        from chatops_cli.rehearsal.kept import KeptResult

        store = ResultStore(self._settings.home / FOLDER)
        found = []
        for execution_id in kept.wanted:
            request = self._witness.requests[execution_id]
            finished = self._witness.ends.get(execution_id)
            if finished is None or finished.result_digest is None:
                continue
            found.append(
                KeptResult(
                    action=request.action,
                    parameters=request.parameters,
                    status=finished.status,
                    result=store.get(finished.result_digest),
                )
            )
        return tuple(found)


def _advised(mismatch: "Mismatch", played: Played, stand_in: "StandIn") -> "Mismatch":
    """The same, with what to do where a stub isn't what its template reads."""
    if mismatch.title not in REPLIES_DIFFER:
        return mismatch
    advice = filter(None, map(stand_in.advice, played.turn.observed.replies))
    return replace(mismatch, lines=(*mismatch.lines, *(f"  ({each})" for each in advice)))


def _refusals(played: list[Played], refused: tuple[str, ...], hint: str) -> "list[Mismatch]":
    """A mismatch for each action that may not run: where it was asked for, and what to write."""
    found = []
    for ref in refused:
        line = next(
            (
                one.turn.exchange.message.at
                for one in played
                if any(
                    ref in each
                    for each in (*one.turn.observed.values("action"), *one.turn.observed.effects)
                )
            ),
            1,
        )
        title = f"{ref} was not run: nothing says what it answers"
        found.append(Mismatch(line=line, title=title, lines=(f"  ({hint.format(action=ref)})",)))
    return found
