"""What `--fix` would write: each file's new text, read again and found to be as it is meant."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from chatops_cli.catalog.rereading import problems_of
from chatops_cli.model.frozen import frozen
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Problem
from chatops_cli.reading.file import read_file
from chatops_cli.validation.finding import Finding
from chatops_cli.validation.fixing.check import is_as_meant
from chatops_cli.validation.fixing.document import Document
from chatops_cli.validation.fixing.fix import Fix, applied, overlap
from chatops_cli.validation.fixing.propose import proposed, text_of

_NEXT = frozenset({"quoted-flag", "unquoted-text"})
"""Rules that may find more when a key gets the right name: the next round mends that, too."""
_NUMBERS = re.compile(r":\d+:\d+")


@frozen
class Rewrite:
    """A file's content before and after, and the findings that this mends."""

    file: str
    before: bytes
    after: bytes
    mended: tuple[Finding, ...]


@frozen
class Left:
    """A finding that has a fix, and why the file is left as it is."""

    finding: Finding
    reason: str


@frozen
class Plan:
    """What would be written, and what would not."""

    rewrites: tuple[Rewrite, ...]
    left: tuple[Left, ...]


def plan(findings: Iterable[Finding], packs: Sequence[Pack]) -> Plan:
    """The new texts of all files for which findings have a fix; nothing is written.

    Args:
        findings: What was found.
        packs: Those that were checked.
    """
    rewrites: list[Rewrite] = []
    left: list[Left] = []
    for sheet, found in _sheets(proposed(findings), packs):
        for finding in found:
            reason = sheet.take(finding)
            if reason:
                left.append(Left(finding=finding, reason=reason))
        if sheet.taken:
            rewrites.append(sheet.rewrite())
    return Plan(rewrites=tuple(rewrites), left=tuple(left))


def with_fixes(findings: Iterable[Finding], packs: Sequence[Pack]) -> Iterator[Finding]:
    """The findings, with a fix where there is one that does what it is meant to."""
    found = tuple(proposed(findings))
    good = {
        finding
        for sheet, those in _sheets(found, packs)
        for finding in those
        if not sheet.refuses(finding)
    }
    yield from (each if each in good else replace(each, fix=None) for each in found)


def _sheets(
    findings: Iterable[Finding], packs: Sequence[Pack]
) -> "Iterator[tuple[_Sheet, list[Finding]]]":
    """The files for which findings have a fix, each with these findings."""
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.fix is not None:
            by_file.setdefault(finding.place.file, []).append(finding)
    for file, found in by_file.items():
        pack = _pack_of(file, packs)
        data = read_file(file, file=file)
        text = text_of(data) if isinstance(data, bytes) else None
        if pack is not None and text is not None and isinstance(data, bytes):
            yield _Sheet(file, data, text, pack), found


class _Sheet:
    """One file to which fixes are added one by one, as long as it stays right."""

    def __init__(self, file: str, data: bytes, text: str, pack: Pack) -> None:
        self.taken: list[Finding] = []
        self._file = file
        self._data = data
        self._document = Document(text)
        self._mark = data[: len(data) - len(text.encode())]
        self._pack = pack
        self._name = file.removeprefix(f"{_folder(pack)}/")
        self._known = _counted(problems_of(data, self._name, pack))

    def take(self, finding: Finding) -> str:
        """Why the finding's fix is not taken; empty where it is, or where its turn comes later."""
        fix = finding.fix
        fixes = [each.fix for each in self.taken if each.fix is not None]
        if fix is None or any(overlap(fix, other) for other in fixes):
            return ""
        reason = self._wrong([*fixes, fix])
        if not reason:
            self.taken.append(finding)
        return reason

    def refuses(self, finding: Finding) -> bool:
        """Whether the finding's fix alone would do more than it is meant to."""
        return finding.fix is None or bool(self._wrong([finding.fix]))

    def rewrite(self) -> Rewrite:
        """The file with all that was taken."""
        fixes = [each.fix for each in self.taken if each.fix is not None]
        return Rewrite(
            file=self._file, before=self._data, after=self._after(fixes), mended=tuple(self.taken)
        )

    def _wrong(self, fixes: Sequence[Fix]) -> str:
        edits = [edit for fix in fixes for edit in fix.edits]
        after = applied(self._document.text, edits)
        if not is_as_meant(self._document, edits, after):
            return "more than that would change"
        new = _counted(problems_of(self._after(fixes), self._name, self._pack)) - self._known
        return f"then {next(iter(new))[1]}" if new else ""

    def _after(self, fixes: Sequence[Fix]) -> bytes:
        edits = [edit for fix in fixes for edit in fix.edits]
        return self._mark + applied(self._document.text, edits).encode()


def _counted(problems: Iterable[Problem]) -> Counter[tuple[str, str]]:
    # Messages name lines, and lines move.
    return Counter((p.rule, _NUMBERS.sub(":", p.message)) for p in problems if p.rule not in _NEXT)


def _pack_of(file: str, packs: Iterable[Pack]) -> Pack | None:
    holding = [pack for pack in packs if file.startswith(f"{_folder(pack)}/")]
    return max(holding, key=lambda pack: len(_folder(pack)), default=None)


def _folder(pack: Pack) -> str:
    return pack.place.file.rpartition("/")[0]


def descriptions(rewrites: Iterable[Rewrite]) -> Iterator[str]:
    """What is mended, a line a finding."""
    for rewrite in rewrites:
        for finding in rewrite.mended:
            if finding.fix is not None:
                yield f"{finding.place}: {finding.rule.code} {finding.fix.description}"
