"""`chatops validate --diff`: what a change brings, for who reviews it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.cli.output import print_note, print_text

if TYPE_CHECKING:
    from chatops_cli.settings.values import Settings
    from chatops_cli.validation.comparison.compare import Comparison
    from chatops_cli.validation.registry import Selection
    from chatops_cli.validation.run import Report


def tell_difference(
    settings: "Settings", paths: Sequence[Path], selection: "Selection", revision: str, form: str
) -> "Report":
    """Prints what is new; the report of it.

    Args:
        settings: As they are now.
        paths: As they were typed.
        selection: The rules that are told.
        revision: One revision, or two with dots between them.
        form: One of the formats of `validate`.
    """
    from chatops_cli.validation.comparison.compare import compare
    from chatops_cli.validation.comparison.repository import Repository
    from chatops_cli.validation.comparison.sides import Asked

    repository = Repository(_folder(settings, paths))
    asked = Asked(settings=settings, paths=tuple(paths), selection=selection, top=repository.top)
    comparison = compare(asked, repository, revision)
    for note in comparison.notes:
        print_note(note)
    for line in _lines(comparison, form):
        print_text(line)
    return comparison.report


def _lines(comparison: "Comparison", form: str) -> Iterator[str]:
    from chatops_cli.validation.comparison import telling
    from chatops_cli.validation.reporters.registry import reporter

    if form == "json":
        yield from telling.as_json(comparison)
    elif form == "markdown":
        yield from telling.as_markdown(comparison)
    else:
        yield from reporter(form)(comparison.report)
        if form == "text":
            yield from telling.as_text(comparison)


def _folder(settings: "Settings", paths: Sequence[Path]) -> Path:
    """Where the repository is looked for: at what was named, else at the settings, else here."""
    found = paths[0] if paths else settings.file
    folder = found if found is not None else Path()
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder
