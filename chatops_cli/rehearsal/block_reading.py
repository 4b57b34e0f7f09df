"""The lines of a conversation read: what can't be understood is reported and left out."""

import re

from chatops_cli.model.chat import ReplyKind
from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.reading.value import did_you_mean, make_problem
from chatops_cli.rehearsal.expectations import KEYS, mistake_in
from chatops_cli.rehearsal.front import Front
from chatops_cli.rehearsal.moments import seconds_of
from chatops_cli.rehearsal.parts import mistake_in_part
from chatops_cli.rehearsal.transcript import (
    BOT,
    DIRECT,
    EDITED,
    Blank,
    Block,
    Comment,
    Expectation,
    Pause,
    Said,
    Spot,
)

_SAID = re.compile(
    r"(?:\[(?P<place>[^\]\n]*)\][ \t]*)?"
    r"(?P<name>\w[\w.@-]*)(?:[ \t]*\((?P<note>[^()\n]*)\))?:(?:[ \t]+(?P<text>.*))?"
)
_EXPECTED = re.compile(r"=[ \t]*(?P<key>\S*)(?:\s+(?P<value>.*))?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class BlockReader:
    """Goes down the lines; what can't be understood is reported and left out."""

    def __init__(
        self, lines: list[str], body: int, file: str, front: Front, problems: list[Problem]
    ) -> None:
        self._lines = lines
        self._at = body
        self._file = file
        self._front = front
        self._problems = problems
        self._spot: Spot | None = None
        self._is_asked = False

    def blocks(self) -> tuple[Block, ...]:
        """All blocks, in order."""
        found: list[Block] = []
        while self._at <= len(self._lines):
            block = self._block()
            if block is not None:
                found.append(block)
        return tuple(found)

    def _block(self) -> Block | None:
        at, line = self._at, self._line()
        self._check_characters(at, line)
        self._at += 1
        if not line.strip():
            while self._at <= len(self._lines) and not self._line().strip():
                self._at += 1
            return Blank(at=at, last=self._at - 1)
        if line.startswith("#"):
            return Comment(at=at, last=at, text=line[1:].strip())
        if line.startswith("="):
            return self._expectation(at, line)
        if line.startswith("+"):
            return self._pause(at, line)
        if line[0] in " \t":
            self.report("transcript-line", "nothing stands above that this could go on", at=at)
            return None
        return self._said(at, line)

    def _line(self) -> str:
        return self._lines[self._at - 1]

    def _said(self, at: int, line: str) -> Said | None:
        found = _SAID.fullmatch(line)
        rest = self._continuation()
        if found is None:
            self.report(
                "transcript-line",
                f"this is no line of a transcript: {_short(line)}",
                at=at,
                hint="write [#room] name: text, or bot: text; # begins a comment",
            )
            return None
        spot = self._read_spot(at, found)
        first = (found["text"] or "").rstrip()
        text = "\n".join([first, *rest] if first else rest)
        name, note = found["name"], (found["note"] or "").strip()
        self._check_speaker(at, found, name, note)
        if name == BOT:
            self._check_parts(at)
        is_good = self._check_place(at, name, spot)
        if name != BOT:
            self._spot = spot or self._spot
            self._is_asked = True
        if not is_good:
            return None
        return Said(at=at, last=self._at - 1, speaker=name, text=text, note=note, spot=spot)

    def _continuation(self) -> list[str]:
        """The lines below that belong to it, without their indentation."""
        found: list[str] = []
        ahead = self._at
        while ahead <= len(self._lines):
            line = self._lines[ahead - 1]
            if line.strip() and line[0] not in " \t":
                break
            ahead += 1
            if not line.strip():
                continue
            found += [""] * (ahead - 1 - self._at)
            self._at = ahead
            self._check_characters(ahead - 1, line)
            if line.startswith("  "):
                found.append(line[2:].rstrip())
            else:
                if line.startswith(" "):
                    self.report(
                        "transcript-indentation",
                        "a line that goes on a text begins with two blanks or a tab, not with one",
                        at=ahead - 1,
                    )
                found.append(line[1:].rstrip())
        return found

    def _check_parts(self, at: int) -> None:
        """The lines of attachments below the reply that begins at this line."""
        for number in range(at + 1, self._at):
            line = self._lines[number - 1]
            text = line[2:] if line.startswith("  ") else line[1:]
            mistake = mistake_in_part(text.rstrip()) if text.startswith("|") else None
            if mistake is not None:
                column = len(line) - len(text) + 1 + mistake.offset
                self.report(
                    "transcript-attachment",
                    mistake.message,
                    at=number,
                    column=column,
                    hint=mistake.hint,
                    severity=mistake.severity,
                )

    def _read_spot(self, at: int, found: "re.Match[str]") -> Spot | None:
        place = found["place"]
        if place is None:
            return None
        room, arrow, thread = (part.strip() for part in place.partition(">"))
        if not room or (arrow and not thread):
            self.report(
                "transcript-place",
                f"[{place}] names no place",
                at=at,
                column=found.start("place") + 1,
                hint=f"write [#room], [#room > thread] or [{DIRECT}]",
            )
        return Spot(room="" if room == DIRECT else room, thread=thread or None)

    def _check_speaker(self, at: int, found: "re.Match[str]", name: str, note: str) -> None:
        people = self._front.people
        if name != BOT and self._front.is_strict_cast and name not in people:
            self.report(
                "transcript-person",
                f"{name!r} is none of the people in the front matter",
                at=at,
                column=found.start("name") + 1,
                hint=did_you_mean(name, [*people, BOT]) or f"they are {', '.join(people)}",
            )
        kinds = [str(kind) for kind in ReplyKind] if name == BOT else [EDITED]
        if found["note"] is not None and note not in kinds:
            self.report(
                "transcript-note",
                f"({note}) can't stand behind {name!r}",
                at=at,
                column=found.start("note") + 1,
                hint=f"there is {', '.join(kinds)}",
            )

    def _check_place(self, at: int, name: str, spot: Spot | None) -> bool:
        if name == BOT and not self._is_asked:
            self.report("transcript-order", "the bot answers, and nobody has said anything", at=at)
            return False
        if name != BOT and spot is None and self._spot is None:
            self.report(
                "transcript-place",
                "the first message says no place",
                at=at,
                hint=f"write [#room] or [{DIRECT}] before the name",
            )
        return True

    def _expectation(self, at: int, line: str) -> Expectation | None:
        found = _EXPECTED.fullmatch(line.rstrip())
        key = found["key"] if found else ""
        if key not in KEYS:
            self.report(
                "transcript-expectation",
                f"nothing called {_short(key)} can be expected",
                at=at,
                hint=did_you_mean(key, KEYS) or f"there is {', '.join(KEYS)}",
            )
            return None
        value = (found["value"] or "").strip() if found else ""
        mistake = mistake_in(key, value)
        if mistake is not None:
            column = line.index(key) + 1
            self.report("transcript-expectation", mistake[0], at=at, column=column, hint=mistake[1])
            return None
        if not self._is_asked:
            self.report(
                "transcript-order", "something is expected, and nobody has said anything", at=at
            )
            return None
        return Expectation(at=at, last=at, key=key, value=value)

    def _pause(self, at: int, line: str) -> Pause | None:
        seconds = seconds_of(line[1:].strip())
        if seconds is None:
            self.report(
                "transcript-pause",
                f"{_short(line[1:].strip())} is no length of time",
                at=at,
                hint="write + 90s, + 10m or + 1h30m",
            )
            return None
        return Pause(at=at, last=at, seconds=seconds)

    def _check_characters(self, at: int, line: str) -> None:
        found = _CONTROL.search(line)
        if found is not None:
            self.report(
                "control-character",
                f"the control character {found[0]!r} can't stand in a transcript",
                at=at,
                column=found.start() + 1,
                hint="remove it",
            )

    def report(
        self,
        rule: str,
        message: str,
        *,
        at: int,
        column: int = 1,
        hint: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Add a problem at a place of the file."""
        place = Place(file=self._file, line=at, column=column)
        self._problems.append(make_problem(place, rule, message, hint, severity))


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")  # noqa: PLR2004  # fits one line
