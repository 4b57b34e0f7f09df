"""What rehearsals exercise, told."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.cli.output import print_json, print_note, print_text, write
from chatops_cli.cli.session import short
from chatops_cli.rehearsal.coverage import Coverage, covered
from chatops_cli.rehearsal.rehearse import read_transcript
from chatops_cli.rehearsal.side_by_side import Choice
from chatops_cli.rehearsal.stage import staged
from chatops_cli.rehearsal.verdict import Verdict
from chatops_cli.rehearsal.worlds import Worlds
from chatops_cli.room.world import World

if TYPE_CHECKING:
    from chatops_cli.rehearsal.parse import Parsed


def tell_coverage(
    verdicts: Sequence[Verdict], choice: Choice, *, as_json: bool, fail_under: float
) -> bool:
    """What nothing exercises is told; whether enough is exercised."""
    worlds = Worlds()

    def world_of(file: str) -> World:
        parsed: Parsed = read_transcript(file)
        site = choice.settings(Path(file))
        if parsed.transcript is None:
            return worlds.world(site, site.home)
        front = parsed.transcript.front
        return worlds.world(staged(site, parsed.transcript, site.home), site.home, front.enabled)

    found = covered([verdict for verdict in verdicts if verdict.played], world_of)
    if as_json:
        print_json({"coverage": found.as_json()})
        sys.stdout.flush()
    else:
        show_coverage(found)
    if found.percent >= fail_under:
        return True
    print_note(f"coverage {found.percent:.0f} % is below {fail_under:g} %")
    return False


def show_coverage(found: Coverage) -> None:
    """A line for each thing that is missed, and the sum."""
    for point in found.missed:
        file, line = short(point.place.file), point.place.line
        print_text(f"{file}:{line}: {point.alias}: no message for the {point.kind} {point.says}")
    total = len(found.points)
    number = total - len(found.missed)
    write(sys.stdout, f"coverage: {found.percent:.0f} % ({number} of {total})\n")
