"""Whether edits do what they are meant to do: the text is read again, and compared."""

from collections.abc import Iterable

from chatops_cli.reading.events import events_of
from chatops_cli.validation.fixing.document import Document
from chatops_cli.validation.fixing.fix import Edit


def is_as_meant(before: Document, edits: Iterable[Edit], after: str) -> bool:
    """Whether all values are as they were, but for those that the edits name.

    A text that could not be read before is as it should be when it can be read.
    """
    found = events_of(after)
    if found is None:
        return False
    if before.events is None:
        return True
    expected = [event.meaning for event in before.events]
    for edit in sorted(edits, key=lambda each: each.first, reverse=True):
        if edit.first < edit.last:
            meant = [("scalar", tag, text, "") for tag, text in edit.means]
            expected[edit.first : edit.last] = meant
    return [event.meaning for event in found] == expected
