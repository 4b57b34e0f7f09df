"""What no transcript exercises: formats, ways through formats, templates of acks and results."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from chatops_cli.aliases.branches import branches
from chatops_cli.aliases.format_error import FormatError
from chatops_cli.model.alias import Alias, Representation
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place
from chatops_cli.rehearsal.player import Turn
from chatops_cli.rehearsal.stage import pack_of
from chatops_cli.rehearsal.verdict import Verdict
from chatops_cli.room.world import World


@frozen
class Point:
    """One thing that can be exercised. `kind` is ``format``, ``branch``, ``ack`` or ``result``.

    `says` names it: the format as it is written, the way through it, or the template.
    """

    kind: str
    alias: str
    place: Place
    says: str
    is_covered: bool


@frozen
class Coverage:
    """All points, by alias."""

    points: tuple[Point, ...]

    @property
    def missed(self) -> tuple[Point, ...]:
        """What nothing exercises."""
        return tuple(point for point in self.points if not point.is_covered)

    @property
    def percent(self) -> float:
        """How much is exercised; 100 where there is nothing to be."""
        if not self.points:
            return 100.0
        return 100.0 * (1 - len(self.missed) / len(self.points))

    def as_json(self) -> dict[str, Json]:
        """For programs."""
        return {
            "percent": round(self.percent, 2),
            "points": len(self.points),
            "missed": [
                {
                    "kind": point.kind,
                    "alias": point.alias,
                    "file": point.place.file,
                    "line": point.place.line,
                    "says": point.says,
                }
                for point in self.missed
            ],
        }


def covered(verdicts: Iterable[Verdict], world_of: Callable[[str], World]) -> Coverage:
    """What the transcripts exercise of the packs that they stand in.

    Of transcripts that stand in no pack, it is the packs whose aliases they use.

    Args:
        verdicts: The rehearsals, whose messages count however they ended.
        world_of: What is known of packs where a transcript stands.
    """
    turns: dict[str, list[Turn]] = {}
    known: dict[str, tuple[Alias, bool]] = {}
    used: set[str] = set()
    for verdict in verdicts:
        world, folder = world_of(verdict.file), pack_of(Path(verdict.file))
        refs = {alias.ref for alias in world.aliases}
        for played in verdict.played:
            turn = played.turn
            if turn.observed.alias in refs:
                turns.setdefault(turn.observed.alias, []).append(turn)
                used.add(turn.observed.alias.partition(".")[0])
        for alias in world.aliases:
            is_own = folder is not None and _stands_in(alias, folder)
            known[alias.ref] = (alias, is_own or known.get(alias.ref, (alias, False))[1])
    own = [alias for alias, is_own in known.values() if is_own]
    wanted = own or [alias for alias, _ in known.values() if alias.pack in used]
    strict = {verdict.file: world_of(verdict.file).settings.is_strict for verdict in verdicts}
    points = [
        point
        for alias in sorted(wanted, key=lambda each: each.ref)
        for point in _points(alias, turns.get(alias.ref, []), strict=any(strict.values()))
    ]
    return Coverage(points=tuple(points))


def _stands_in(alias: Alias, folder: Path) -> bool:
    return Path(alias.place.file).absolute().is_relative_to(folder)


def _points(alias: Alias, turns: Sequence[Turn], *, strict: bool) -> Iterator[Point]:
    for form in alias.formats:
        for representation in form.representations:
            mine = [turn for turn in turns if turn.observed.format == representation.text]
            yield Point(
                kind="format",
                alias=alias.ref,
                place=representation.place,
                says=representation.text,
                is_covered=bool(mine),
            )
            yield from _ways(alias, representation, mine, strict=strict)
    statuses = {step.status for turn in turns for step in turn.observed.steps}
    if alias.ack.enabled and alias.ack.format is not None:
        yield Point(
            kind="ack",
            alias=alias.ref,
            place=alias.ack.place or alias.place,
            says="the template of the ack",
            is_covered=bool(statuses - {None}),
        )
    if alias.result.enabled and alias.result.format is not None:
        yield Point(
            kind="result",
            alias=alias.ref,
            place=alias.result.place or alias.place,
            says="the template of the result",
            is_covered=any(status is not None and status.is_final for status in statuses),
        )


def _ways(
    alias: Alias, representation: Representation, turns: Sequence[Turn], *, strict: bool
) -> Iterator[Point]:
    from chatops_cli.aliases.subject import Subject

    try:
        found = branches(representation.text, strict=strict)
    except FormatError:
        return
    subjects = [Subject(turn.command) for turn in turns if turn.command is not None]
    for branch in found:
        yield Point(
            kind="branch",
            alias=alias.ref,
            place=representation.place,
            says=f"{representation.text}: {branch.label}",
            is_covered=any(branch.takes(subject) for subject in subjects),
        )
