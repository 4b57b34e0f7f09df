"""Many transcripts, in several processes."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from chatops_cli.model.frozen import frozen
from chatops_cli.rehearsal.rehearse import Manner, Rehearsals
from chatops_cli.rehearsal.verdict import Verdict
from chatops_cli.settings.load import load_settings
from chatops_cli.settings.values import Settings

FEW = 24
"""Transcripts for which no further process is worth its start: each takes some 20 ms."""


@frozen
class Choice:
    """The global options of the command line; where they say nothing, each file's folder does."""

    config: Path | None = None
    packs: tuple[str, ...] = ()
    home: Path | None = None

    def settings(self, file: Path) -> Settings:
        """The settings for a transcript.

        Raises:
            SettingsError: They are wrong.
        """
        return load_settings(
            config=self.config.absolute() if self.config is not None else None,
            packs=tuple(str(Path(folder).absolute()) for folder in self.packs),
            home=self.home.absolute() if self.home is not None else None,
            folder=file.absolute().parent,
        )


def rehearse_all(
    files: Sequence[str], choice: Choice, manner: Manner, *, jobs: int | None = None
) -> Iterator[Verdict]:
    """The verdicts, each as soon as it is known, in no order where there are several processes.

    Args:
        files: The transcripts.
        choice: Which settings hold.
        manner: How rehearsals are held.
        jobs: Processes; None for as many as there are processors, if that is worth it.
    """
    wanted = jobs or (1 if len(files) <= FEW else os.cpu_count() or 1)
    number = min(wanted, len(files))
    if number <= 1:
        rehearsals = Rehearsals(choice.settings, manner)
        for file in files:
            yield rehearsals.rehearse(file)
        return
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    shares = [(tuple(files[start::number]), choice, manner) for start in range(number)]
    with context.Pool(number, initializer=_ignore_interrupts) as pool:
        for verdicts in pool.imap_unordered(_share, shares):
            yield from verdicts


def _share(share: tuple[tuple[str, ...], Choice, Manner]) -> list[Verdict]:
    files, choice, manner = share
    rehearsals = Rehearsals(choice.settings, manner)
    return [rehearsals.rehearse(file) for file in files]


def _ignore_interrupts() -> None:
    """Ctrl-C reaches every process of the terminal; the first one ends the others."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
