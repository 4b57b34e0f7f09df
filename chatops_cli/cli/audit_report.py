"""What a check of the audit log found and what the log adds up to, for people and as JSON."""

from typing import TYPE_CHECKING

from chatops_cli.cli.output import print_note, print_text
from chatops_cli.model.json import Json
from chatops_cli.records.chain import Verdict
from chatops_cli.records.stats import Stats
from chatops_cli.rendering.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Callable

SHOWN = 10
"""Counts of each kind that people see; JSON has them all."""


def verdict_as_json(verdict: Verdict) -> dict[str, Json]:
    """The verdict by stable keys."""
    return {
        "sound": verdict.is_sound,
        "records": verdict.records,
        "first": verdict.first,
        "head": str(verdict.head),
        "torn": verdict.torn,
        "findings": [
            {
                "file": str(finding.file),
                "line": finding.line,
                "breach": str(finding.breach),
                "message": finding.message,
            }
            for finding in verdict.findings
        ],
    }


def show_verdict(verdict: Verdict) -> None:
    """The verdict for people: what is wrong and where, or that nothing is."""
    for finding in verdict.findings:
        print_text(str(finding))
    if verdict.torn:
        print_note(f"the end is torn ({verdict.torn} bytes); the next record mends that")
    if verdict.first > 1:
        print_note(f"the log begins with record {verdict.first}; older files are not here")
    if verdict.is_sound:
        print_text(f"sound: {verdict.records} records\nhead: {verdict.head}")
    else:
        breaches = "1 breach" if len(verdict.findings) == 1 else f"{len(verdict.findings)} breaches"
        print_text(f"not sound: {breaches} in {verdict.records} records")


def show_stats(counted: Stats) -> None:
    """The counts for people, the largest ten of each kind."""
    print_text(f"{counted.records} records, {counted.denied} denied")
    if counted.first and counted.last:
        print_text(f"{counted.first[:19]}Z to {counted.last[:19]}Z")
    sections: tuple[tuple[str, dict[str, int], Callable[[str], str]], ...] = (
        ("events", counted.events, str),
        ("people", counted.people, clean),
        ("actions", counted.actions, clean),
        ("statuses", counted.statuses, clean),
        ("last days", dict(list(counted.days.items())[-SHOWN:]), str),
    )
    for title, counts, shown in sections:
        if counts:
            print_text(f"\n{title}")
        for key, number in list(counts.items())[:SHOWN]:
            print_text(f"{number:8}  {shown(key)}")
