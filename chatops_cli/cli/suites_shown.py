"""What is shown of packs' tests: pytest's own output, and then how it went."""

import sys
from codecs import IncrementalDecoder, getincrementaldecoder

from chatops_cli.cli.findings import counted
from chatops_cli.cli.output import print_json, print_note, print_table, write
from chatops_cli.model.json import Json
from chatops_cli.pack_tests.verdict import Ending, Verdict
from chatops_cli.runners.capture import Capture

KEPT = 2 * 1024 * 1024
"""Bytes kept of what pytest prints for one of several packs, at the start and at the end."""
WORDS = {
    "passed": "passed",
    "failed": "failed",
    "error": "errors",
    "skipped": "skipped",
    "xfailed": "xfailed",
    "xpassed": "xpassed",
}
"""pytest's words for how tests end, and the keys of their numbers here."""


class Show:
    """Collects verdicts and shows them.

    What pytest prints is shown as it comes where it `is_live`; that of several packs would be
    mixed, so each pack's is shown when it has ended, if it is bad or `shows_all`. In JSON there is
    one object a pack, and what pytest prints goes to stderr.
    """

    def __init__(self, *, as_json: bool, is_live: bool, shows_all: bool) -> None:
        self.is_live = is_live
        self.verdicts: list[Verdict] = []
        self._as_json = as_json
        self._shows_all = shows_all
        self._decoder: IncrementalDecoder = getincrementaldecoder("utf-8")("replace")
        self._heard: dict[str, Capture] = {}

    def hear(self, ref: str, chunk: bytes) -> None:
        """Something that pytest prints."""
        if self.is_live:
            write(sys.stdout, self._decoder.decode(chunk))
            sys.stdout.flush()
        else:
            self._heard.setdefault(ref, Capture(KEPT)).feed(chunk)

    def end(self, ref: str, verdict: Verdict) -> None:
        """The tests of a pack have ended: what was kept of them is shown."""
        heard = self._heard.pop(ref, None)
        if heard is not None and (self._shows_all or (verdict.is_bad and not self._as_json)):
            write(sys.stderr if self._as_json else sys.stdout, f"{ref}\n{heard.text()}\n\n")
        self.add(verdict)

    def add(self, verdict: Verdict) -> None:
        """A verdict counts; as JSON it is shown at once."""
        self.verdicts.append(verdict)
        if self._as_json:
            print_json(entry_of(verdict))
        sys.stdout.flush()

    def sum_up(self) -> None:
        """A table of several packs, and what each needs that has not all it needs."""
        if self._as_json:
            return
        if len(self.verdicts) > 1:
            print_table(
                ("PACK", "TESTS", "PASSED", "FAILED", "ERRORS", "SKIPPED", "SECONDS"),
                map(row_of, sorted(self.verdicts, key=lambda verdict: verdict.ref)),
            )
            endings = [verdict.ending for verdict in self.verdicts]
            counts = (f"{endings.count(each)} {each}" for each in Ending if each in endings)
            print_note(f"{counted(len(endings), 'pack')}: {', '.join(counts)}")
        for verdict in self.verdicts:
            for line in notes_on(verdict):
                print_note(line)


def row_of(verdict: Verdict) -> list[str]:
    """A row of the table."""
    counts = (verdict.counts.get(word, 0) for word in ("passed", "failed", "error", "skipped"))
    return [verdict.ref, verdict.ending, *map(str, counts), f"{verdict.seconds:.1f}"]


def notes_on(verdict: Verdict) -> list[str]:
    """What a person should know of it beside what pytest says."""
    lines = []
    if verdict.why:
        lines.append(f"{verdict.ref}: {verdict.why}")
    if verdict.missing:
        lines.append(f"{verdict.ref}: could not be imported: {', '.join(verdict.missing)}")
    if verdict.hint and lines:
        lines.append(f"hint: {verdict.hint}")
    return lines


def entry_of(verdict: Verdict) -> dict[str, Json]:
    """A verdict as JSON."""
    return {
        "pack": verdict.ref,
        "tests": verdict.ending,
        **{key: verdict.counts.get(word, 0) for word, key in WORDS.items()},
        "bad": list(verdict.bad),
        "missing": list(verdict.missing),
        "why": verdict.why,
        "hint": verdict.hint,
        "seconds": round(verdict.seconds, 3),
    }
