"""Which findings can be mended, and how: each rule's own fix, asked with the file's text."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from chatops_cli.reading.file import read_file
from chatops_cli.validation.finding import Finding
from chatops_cli.validation.fixing.document import Document

MARK = "\ufeff"
"""What some editors put before the text; it is kept, and counts for nothing."""


def proposed(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, with a fix where their rule has one; whether it holds is not yet known."""
    document_of = cache(_document)
    for finding in findings:
        fix = finding.rule.fix
        document = document_of(finding.place.file) if fix is not None else None
        if fix is None or document is None:
            yield finding
        else:
            yield replace(finding, fix=fix(finding.problem, document))


def text_of(data: bytes) -> str | None:
    """A file's content as text, without a mark at its start; None where it isn't UTF-8."""
    try:
        return data.decode("utf-8").removeprefix(MARK)
    except UnicodeDecodeError:
        return None


def _document(file: str) -> Document | None:
    data = read_file(file, file=file)
    text = text_of(data) if isinstance(data, bytes) else None
    return Document(text) if text is not None else None
