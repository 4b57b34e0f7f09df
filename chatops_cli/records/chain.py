"""The chain checked: every byte of every record, their order, and the remembered head.

What this can't tell: whether someone who may write every file here wrote the whole chain anew, or
cut its end and the remembered head with it. Keep a head elsewhere and hand it in to know that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from chatops_cli.model.frozen import frozen
from chatops_cli.records.head import Head, recall
from chatops_cli.records.reader import Line, lines
from chatops_cli.records.record import GENESIS, Link, UnreadableLineError, read_link
from chatops_cli.records.segments import CURRENT


class Breach(StrEnum):
    """What is wrong at a place of the log."""

    UNREADABLE = "unreadable"
    """The line is no record: cut in the middle, or something else."""
    CHANGED = "changed"
    """The record's bytes aren't those that were written."""
    REPLACED = "replaced"
    """The record is sound in itself, but doesn't follow the one before it."""
    MISSING = "missing"
    """Records before this one are gone."""
    REORDERED = "reordered"
    """The record stands in another place than it was written at."""
    CUT = "cut"
    """The log ends before a record that is known to have been written."""
    REWRITTEN = "rewritten"
    """A record that is known by its hash has another one."""


@frozen
class Finding:
    """One breach: `line` 0 is the end of the file, `absent` the numbers of records not found."""

    file: Path
    line: int
    breach: Breach
    message: str
    absent: range = range(0)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.breach}: {self.message}"


@frozen
class Verdict:
    """What a check found; `records` counts the readable ones, `first` is the first one's number.

    `torn` is the number of bytes of an unfinished line at the end: no breach, the next append
    moves them away.
    """

    records: int
    first: int
    head: Head
    findings: tuple[Finding, ...]
    torn: int = 0

    @property
    def is_sound(self) -> bool:
        return not self.findings


def verify(folder: Path, *, known: Iterable[Head] = (), limit: int = 100) -> Verdict:
    """The whole log is checked, over all its files.

    Args:
        folder: The log's folder.
        known: Heads remembered elsewhere: each has to be in the log.
        limit: Findings after which the check ends.

    Raises:
        RecordError: A file can't be read.
    """
    # Remembered first: what is appended during the check only adds to the log.
    heads = [head for head in (recall(folder), *known) if head.seq]
    walk = _Walk(heads={head.seq: head.hash for head in heads})
    findings = []
    for finding in walk.findings(lines(folder)):
        findings.append(finding)
        if len(findings) >= limit:
            break
    else:
        findings.extend(_wrong_ends(walk, folder))
    return Verdict(
        records=walk.count,
        first=walk.first,
        head=walk.head,
        findings=tuple(_told_apart(finding, walk.late) for finding in findings),
        torn=walk.torn,
    )


@dataclass(slots=True, kw_only=True)
class _Walk:
    """Where a check stands in the log."""

    heads: dict[int, str]
    head: Head = field(default_factory=Head)
    count: int = 0
    first: int = 0
    torn: int = 0
    late: set[int] = field(default_factory=set)

    def findings(self, source: Iterator[Line]) -> Iterator[Finding]:
        for line in source:
            if line.is_torn:
                self.torn = len(line.data)
                continue
            try:
                link = read_link(line.data)
            except UnreadableLineError as error:
                yield _finding(line, Breach.UNREADABLE, str(error))
                continue
            self.count += 1
            if (found := self._wrong(link)) is not None:
                breach, message = found
                gap = range(self.head.seq + 1, link.seq if breach is Breach.MISSING else 0)
                yield _finding(line, breach, message, absent=gap)
            self._go_on(link)

    def _wrong(self, link: Link) -> tuple[Breach, str] | None:
        if not link.is_sound:
            return Breach.CHANGED, f"the bytes of record {link.seq} aren't those of its hash"
        if (known := self.heads.get(link.seq, link.hash)) != link.hash:
            return Breach.REWRITTEN, f"record {link.seq} was known by the hash {known}"
        return self._misplaced(link) if self.count > 1 else _wrong_start(link)

    def _misplaced(self, link: Link) -> tuple[Breach, str] | None:
        due = self.head.seq + 1
        if link.seq < due:
            return Breach.REORDERED, f"record {link.seq} stands after record {self.head.seq}"
        if link.seq > due:
            return Breach.MISSING, f"{_span(range(due, link.seq))} missing before this one"
        if link.prev != self.head.hash:
            return (
                Breach.REPLACED,
                f"record {link.seq} doesn't follow from record {self.head.seq} as it stands",
            )
        return None

    def _go_on(self, link: Link) -> None:
        self.first = self.first or link.seq
        if link.seq <= self.head.seq:
            self.late.add(link.seq)
            return
        self.head = Head(seq=link.seq, hash=link.hash)


def _wrong_start(link: Link) -> tuple[Breach, str] | None:
    """Old files may be removed as a whole; the one after them begins with `audit.rotated`."""
    if link.seq == 1 and link.prev != GENESIS:
        return Breach.REPLACED, "record 1 names a record before it"
    if link.seq > 1 and link.event != "audit.rotated":
        return Breach.MISSING, f"{_span(range(1, link.seq))} missing before this one"
    return None


def _wrong_ends(walk: _Walk, folder: Path) -> Iterator[Finding]:
    """Known heads that lie outside of the log: cut off at its end, or gone from its start."""
    last, lowest = max(walk.heads, default=0), min(walk.heads, default=0)
    if 0 < lowest < walk.first:
        gap = range(lowest, walk.first)
        message = f"the log begins with record {walk.first}; {_span(gap)} known, and missing"
        yield Finding(file=folder, line=0, breach=Breach.MISSING, message=message, absent=gap)
    if last > walk.head.seq:
        gap = range(walk.head.seq + 1, last + 1)
        message = f"the log ends here; {_span(gap)} missing"
        yield Finding(file=folder / CURRENT, line=0, breach=Breach.CUT, message=message, absent=gap)


def _told_apart(finding: Finding, late: set[int]) -> Finding:
    """A gap whose records all stand later in the log is a change of order."""
    if finding.breach is not Breach.MISSING or not all(seq in late for seq in finding.absent):
        return finding
    message = f"{_span(finding.absent)} after this one, not before"
    return replace(finding, breach=Breach.REORDERED, message=message, absent=range(0))


def _span(gap: range) -> str:
    return f"record {gap[0]} is" if len(gap) == 1 else f"records {gap[0]} to {gap[-1]} are"


def _finding(line: Line, breach: Breach, message: str, *, absent: range = range(0)) -> Finding:
    return Finding(file=line.file, line=line.number, breach=breach, message=message, absent=absent)
