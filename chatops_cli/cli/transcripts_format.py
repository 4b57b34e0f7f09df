"""Transcripts written in their one form."""

import sys
from collections.abc import Iterable
from pathlib import Path

from chatops_cli.cli.findings import counted
from chatops_cli.cli.output import print_note, print_text, write
from chatops_cli.errors import ExitCode
from chatops_cli.rehearsal.files import find_transcripts
from chatops_cli.rehearsal.layout import formatted
from chatops_cli.rehearsal.parse import parse
from chatops_cli.rehearsal.rehearse import read_transcript
from chatops_cli.rehearsal.writing import replace_text

STDIN = "-"


def format_files(paths: Iterable[str], *, is_check: bool) -> int:
    """Each file is in its form, or, where that is only checked, it is told which are not.

    A path of ``-`` is read from standard input, and written to standard output: for editors.

    Raises:
        NotFoundError: There is no such file.
        ChatOpsError: One can't be written.
    """
    named = tuple(paths)
    if named == (STDIN,):
        return format_stdin()
    changed, broken = [], 0
    for file in find_transcripts(named):
        parsed = read_transcript(file)
        if parsed.transcript is None or parsed.errors:
            broken += 1
            for problem in parsed.problems:
                print_note(str(problem))
            continue
        text = formatted(parsed.transcript)
        if text.encode() != Path(file).read_bytes():
            changed.append(file)
            if not is_check:
                replace_text(Path(file), text)
            print_text(f"{'would format' if is_check else 'formatted'} {file}")
    if broken:
        print_note(f"{counted(broken, 'transcript')} left alone: broken")
    is_bad = broken or (is_check and changed)
    return ExitCode.PROBLEMS if is_bad else ExitCode.OK


def format_stdin() -> int:
    """What stands on standard input in its form, on standard output."""
    parsed = parse(sys.stdin.buffer.read(), file="<stdin>")
    if parsed.transcript is None or parsed.errors:
        for problem in parsed.problems:
            print_note(str(problem))
        return ExitCode.PROBLEMS
    write(sys.stdout, formatted(parsed.transcript))
    return ExitCode.OK
