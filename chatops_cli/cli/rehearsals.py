"""Transcripts rehearsed, and what came of it shown or written."""

import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.cli.findings import counted
from chatops_cli.cli.output import print_json, print_note, print_text, write
from chatops_cli.errors import ChatOpsError, ExitCode
from chatops_cli.model.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chatops_cli.cli.invocation import Invocation
    from chatops_cli.rehearsal.side_by_side import Choice
    from chatops_cli.rehearsal.verdict import Verdict

SHARE = 0.3
"""How often each thing goes wrong with --chaos, where a transcript says nothing else."""


@frozen
class Asked:
    """What the command line asks for; see `chatops_cli.cli.rehearse`."""

    paths: tuple[str, ...]
    updates: bool
    records: bool
    seed: int | None
    covers: bool
    fail_under: float
    jobs: int | None
    format: str
    output: Path | None
    is_verbose: bool


def run_rehearsals(asked: Asked, invocation: "Invocation") -> int:
    """The transcripts are rehearsed and told of; the exit code.

    Raises:
        NotFoundError: There is no such file.
        ChatOpsError: Something can't be written.
    """
    from chatops_cli.rehearsal.files import find_transcripts
    from chatops_cli.rehearsal.rehearse import Manner
    from chatops_cli.rehearsal.rough import all_of_it
    from chatops_cli.rehearsal.side_by_side import Choice, rehearse_all

    choice = Choice(config=invocation.config, packs=invocation.packs, home=invocation.home)
    roughness = all_of_it(asked.seed, SHARE) if asked.seed is not None else None
    manner = Manner(records=asked.records, roughness=roughness)
    verdicts = []
    with ended_by(signal.SIGTERM, signal.SIGHUP):
        for verdict in rehearse_all(find_transcripts(asked.paths), choice, manner, jobs=asked.jobs):
            settled = settle(verdict, asked, choice)
            verdicts.append(settled)
            if asked.format == "json" and asked.output is None:
                show_json(settled)
            elif asked.format == "text" and asked.output is None:
                show(settled, is_verbose=asked.is_verbose)
    verdicts.sort(key=lambda verdict: verdict.file)
    report(verdicts, asked)
    code = code_of(verdicts)
    if asked.covers:
        from chatops_cli.cli.coverage_shown import tell_coverage

        is_enough = tell_coverage(
            verdicts, choice, as_json=asked.format == "json", fail_under=asked.fail_under
        )
        code = code or (ExitCode.OK if is_enough else ExitCode.FAILED)
    return code


@contextmanager
def ended_by(*numbers: signal.Signals) -> "Iterator[None]":
    """While it lasts, these signals do what Ctrl-C does: what was begun is ended."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def settle(verdict: "Verdict", asked: Asked, choice: "Choice") -> "Verdict":
    """What is to be written is written; then the verdict is that of what was written.

    Raises:
        ChatOpsError: It can't be.
    """
    from dataclasses import replace

    from chatops_cli.rehearsal.kept import file_of, write_results
    from chatops_cli.rehearsal.rehearse import Manner, Rehearsals, read_transcript
    from chatops_cli.rehearsal.update import updated
    from chatops_cli.rehearsal.writing import replace_text

    if verdict.kept is not None and (verdict.kept or file_of(verdict.file).exists()):
        write_results(file_of(verdict.file), verdict.kept)
        print_note(f"kept {counted(len(verdict.kept), 'result')} in {file_of(verdict.file)}")
    if not asked.updates or not verdict.played or not verdict.mismatches:
        return verdict
    if verdict.refused:
        print_note(f"{verdict.file} is not updated: {', '.join(verdict.refused)} would not run")
        return verdict
    transcript = read_transcript(verdict.file).transcript
    assert transcript is not None
    replace_text(Path(verdict.file), updated(transcript, verdict))
    print_note(f"updated {verdict.file}")
    again = Rehearsals(choice.settings, Manner()).rehearse(verdict.file)
    return replace(again, seconds=verdict.seconds + again.seconds)


def show(verdict: "Verdict", *, is_verbose: bool) -> None:
    """What is wrong with a transcript; that nothing is, where that is asked for."""
    from chatops_cli.rehearsal.reports import in_full

    if verdict.is_bad or is_verbose or verdict.warnings or verdict.problems:
        print_text(f"{verdict.ending}  {verdict.file}")
        for line in in_full(verdict):
            print_text(f"  {line}")
        sys.stdout.flush()


def show_json(verdict: "Verdict") -> None:
    """A verdict on a line of JSON."""
    from chatops_cli.rehearsal.reports import entry_of

    print_json(entry_of(verdict))
    sys.stdout.flush()


def report(verdicts: "Sequence[Verdict]", asked: Asked) -> None:
    """The whole report in its format, where it is not shown as it comes; and how many went well.

    Raises:
        ChatOpsError: The file can't be written.
    """
    from chatops_cli.rehearsal import reports

    text = ""
    match asked.format:
        case "junit":
            text = reports.junit(verdicts)
        case "tap":
            text = reports.tap(verdicts)
        case "github":
            text = reports.github(verdicts)
        case "json":
            import json

            if asked.output is not None:
                text = "".join(f"{json.dumps(reports.entry_of(each))}\n" for each in verdicts)
        case _:
            if asked.output is not None:
                text = "".join(f"{line}\n" for each in verdicts for line in reports.in_full(each))
    if asked.output is not None:
        write_report(asked.output, text)
    else:
        write(sys.stdout, text)
    print_note(summary_of(verdicts))


def write_report(path: Path, text: str) -> None:
    """The report is in the file.

    Raises:
        ChatOpsError: It can't be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ChatOpsError(f"the report {path} can't be written: {error.strerror}") from error


def summary_of(verdicts: "Iterable[Verdict]") -> str:
    """How many rehearsals ended how."""
    endings = [str(verdict.ending) for verdict in verdicts]
    counts = ", ".join(f"{endings.count(each)} {each}" for each in dict.fromkeys(sorted(endings)))
    return f"{counted(len(endings), 'rehearsal')}: {counts}"


def code_of(verdicts: "Iterable[Verdict]") -> ExitCode:
    """The exit code of all: a broken transcript counts more than one that goes otherwise."""
    from chatops_cli.rehearsal.verdict import Ending

    endings = {verdict.ending for verdict in verdicts}
    if Ending.BROKEN in endings:
        return ExitCode.PROBLEMS
    return ExitCode.FAILED if Ending.FAILED in endings else ExitCode.OK
