"""Many transcripts, in several processes."""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.model.frozen import frozen
from chatops_cli.rehearsal.rehearse import Manner, Rehearsals
from chatops_cli.rehearsal.verdict import Verdict
from chatops_cli.settings.load import load_settings
from chatops_cli.settings.values import Settings

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

FEW = 100
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
    yield from _in_processes([files[start::number] for start in range(number)], choice, manner)


def _in_processes(
    shares: Sequence[Sequence[str]], choice: Choice, manner: Manner
) -> Iterator[Verdict]:
    """A process for each share; those that are left are ended, and what they started is."""
    import multiprocessing
    from multiprocessing.connection import Connection, wait

    context = multiprocessing.get_context("spawn")
    processes = []
    open_ends: dict[Connection, object] = {}
    try:
        for share in shares:
            here, there = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(tuple(share), choice, manner, there))
            with _deaf():
                process.start()
            there.close()
            processes.append(process)
            open_ends[here] = process
        while open_ends:
            for end in wait(list(open_ends)):
                assert isinstance(end, Connection)
                try:
                    yield end.recv()
                except EOFError:
                    del open_ends[end]
    finally:
        # Those that have said all are on their way out: only what is broken off is ended.
        for process in processes if open_ends else ():
            process.terminate()
        for process in processes:
            process.join()


def _work(files: tuple[str, ...], choice: Choice, manner: Manner, there: "Connection") -> None:
    """The work of one process, which is ended by SIGTERM as another is by Ctrl-C: once."""
    os.setsid()  # the Ctrl-C of the terminal is for the first process, which ends the others
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    rehearsals = Rehearsals(choice.settings, manner)
    try:
        for file in files:
            there.send(rehearsals.rehearse(file))
    except KeyboardInterrupt:
        return
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    there.close()


@contextmanager
def _deaf() -> Iterator[None]:
    """A process that is started meanwhile hears no Ctrl-C before it is ready for it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
