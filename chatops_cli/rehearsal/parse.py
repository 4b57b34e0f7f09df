"""A transcript read: all that is wrong in it is told at once, each thing with its place.

The grammar is in docs/rehearsals.md.
"""

import re
from dataclasses import replace

from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.reading.syntax import decoding_problem
from chatops_cli.rehearsal.block_reading import BlockReader
from chatops_cli.rehearsal.front import Front
from chatops_cli.rehearsal.front_reading import read_front
from chatops_cli.rehearsal.transcript import Transcript

FENCE = "---"
"""The line above and below the front matter."""
_LINE_END = re.compile(r"\r?\n")


@frozen
class Parsed:
    """What came of reading. Without a transcript nothing of it could be read."""

    transcript: Transcript | None
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps it from being played."""
        return tuple(each for each in self.problems if each.severity is Severity.ERROR)


def parse(data: bytes | str, *, file: str) -> Parsed:
    """A transcript, and all that is wrong in it, by place.

    Args:
        data: The content of the file.
        file: Its name in places.
    """
    if isinstance(data, bytes):
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            problem = decoding_problem(error, file=file)
            said = problem.message.replace("YAML files are", "transcripts are")
            return Parsed(transcript=None, problems=(replace(problem, message=said),))
    else:
        text = data
    lines = _LINE_END.split(text)
    ending = _LINE_END.search(text)
    if not lines[-1]:
        del lines[-1]
    problems: list[Problem] = []
    body, front = _front(lines, file, problems)
    reader = BlockReader(lines, body, file, front, problems)
    transcript = Transcript(
        file=file,
        lines=tuple(lines),
        front=front,
        body=body,
        blocks=reader.blocks(),
        line_end=ending[0] if ending is not None else "\n",
    )
    return Parsed(
        transcript=transcript,
        problems=tuple(sorted(problems, key=lambda problem: (problem.place, problem.rule))),
    )


def _front(lines: list[str], file: str, problems: list[Problem]) -> tuple[int, Front]:
    """The line where the talk begins, and what stands before it."""
    if not lines or lines[0].rstrip() != FENCE:
        return 1, Front()
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() == FENCE:
            # The first line is left empty, so that places are those of the file.
            text = "\n" + "".join(f"{each}\n" for each in lines[1 : number - 1])
            return number + 1, read_front(text, file, problems)
    problems.append(
        Problem(
            place=Place(file=file, line=1, column=1),
            rule="transcript-front",
            message="the front matter has no end",
            hint="write a line of --- below it",
        )
    )
    return len(lines) + 1, Front()
