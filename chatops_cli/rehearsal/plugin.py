"""For pytest: each transcript (``.chat``) is a test."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from chatops_cli.rehearsal.rehearse import Rehearsals
    from chatops_cli.rehearsal.verdict import Verdict

SUFFIX = ".chat"
HELD: "pytest.StashKey[Rehearsals]" = pytest.StashKey()
"""What rehearses; made with the first transcript, so that packs are read once."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "TranscriptFile | None":
    """Transcripts are collected wherever pytest looks."""
    if file_path.suffix != SUFFIX:
        return None
    return TranscriptFile.from_parent(parent, path=file_path)


class TranscriptFile(pytest.File):
    """A transcript, which is one test."""

    def collect(self) -> Iterator["Rehearsal"]:
        """The rehearsal of it."""
        yield Rehearsal.from_parent(self, name=self.path.stem)


class RehearsalFailed(Exception):  # noqa: N818  # what pytest reports as a failure
    """A rehearsal did not go as expected."""

    def __init__(self, verdict: "Verdict") -> None:
        super().__init__(verdict.file)
        self.verdict = verdict


class Rehearsal(pytest.Item):
    """A transcript rehearsed, with the settings of its folder and a cache of this run."""

    def runtest(self) -> None:
        """Fails where something isn't as expected."""
        verdict = rehearsals_of(self.config).rehearse(str(self.path))
        for warning in verdict.warnings:
            self.add_report_section("call", "warnings", warning)
        if verdict.is_bad:
            raise RehearsalFailed(verdict)

    def repr_failure(  # type: ignore[override]  # a text is a representation, too
        self, excinfo: pytest.ExceptionInfo[BaseException], style: None = None
    ) -> str:
        """What isn't as expected, with its lines."""
        del style
        if isinstance(excinfo.value, RehearsalFailed):
            from chatops_cli.rehearsal.reports import in_full

            return "\n".join(in_full(excinfo.value.verdict))
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it stands, for the list of what failed."""
        return self.path, None, f"rehearsal: {self.name}"


def rehearsals_of(config: pytest.Config) -> "Rehearsals":
    """What rehearses, for all of this run."""
    if HELD not in config.stash:
        from chatops_cli.rehearsal.rehearse import Rehearsals
        from chatops_cli.rehearsal.side_by_side import Choice

        home = _home(config)
        config.stash[HELD] = Rehearsals(Choice(home=home).settings)
    return config.stash[HELD]


def _home(config: pytest.Config) -> Path:
    """A state folder for the cache, which nobody else's is."""
    import tempfile

    folder = tempfile.TemporaryDirectory(prefix="chatops-pytest-")
    config.add_cleanup(folder.cleanup)
    return Path(folder.name)
