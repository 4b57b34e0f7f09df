"""How fast the audit log is written and checked, and the history rebuilt, beside bare system calls.

The floor is one `write` and one `fdatasync` of a line of the same size, in turn with what is
measured, on the same disk; the best of some rounds counts. Disks and neighbours differ: ratios
hold across machines, rates only on this one.

    python benchmarks/bench_audit.py [--records 2000] [--history 100000] [--rounds 5]

It exits with 1 where a budget is missed.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chatops_cli.model.chat import Principal
from chatops_cli.model.execution import Status
from chatops_cli.records.audit import AuditLog
from chatops_cli.records.chain import verify
from chatops_cli.records.events import ExecutionFinished, ExecutionRequested
from chatops_cli.records.history import History
from chatops_cli.records.journal import open_journal
from chatops_cli.records.reader import records

SYNC_RATIO = 2.0
"""An append with `sync`, against a bare write and fdatasync."""
PLAIN_BUDGET = 250.0
"""Microseconds for an append without `sync`."""
VERIFY_BUDGET = 60_000.0
"""Records a second, at least."""
REBUILD_BUDGET = 8_000.0
"""Records a second, at least."""

START = datetime(2026, 1, 31, tzinfo=UTC)


def clock() -> datetime:
    """A time; what it is doesn't matter here."""
    return START


def request(number: int) -> ExecutionRequested:
    """An event of the usual size."""
    return ExecutionRequested(
        execution_id=f"{number:024x}",
        message_id=f"m{number}",
        principal=Principal(network="slack", workspace="T1", user=f"U{number % 50}", name="alice"),
        room="#ops",
        action="linux.check_disk",
        alias="linux.disk",
        runner="local-shell-cmd",
        parameters={"path": "/", "hosts": "web1", "verbose": False},
        rule="default",
        reason="no grants are configured",
        timeout=60.0,
    )


def finish(number: int) -> ExecutionFinished:
    """The end of the same execution."""
    return ExecutionFinished(
        execution_id=f"{number:024x}",
        status=Status.SUCCEEDED if number % 7 else Status.FAILED,
        started=START,
        ended=START + timedelta(seconds=1),
        elapsed=1.0,
        result_digest=f"{number:064x}",
        result_size=120,
    )


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def bare(path: Path, line: bytes, number: int, *, sync: bool) -> float:
    """Seconds for one line, written with system calls alone."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def work() -> None:
        for _ in range(number):
            os.write(file, line)
            if sync:
                os.fdatasync(file)

    try:
        return timed(work) / number
    finally:
        os.close(file)


def appended(log: AuditLog, number: int, *, sync: bool) -> float:
    """Seconds for one record, appended to the log."""

    def work() -> None:
        for each in range(number):
            log.append(request(each), sync=sync)

    return timed(work) / number


def journaled(home: Path, number: int) -> float:
    """Seconds for one record in log and history together, without waiting for the disk."""
    journal = open_journal(home, clock=clock, warn=print)

    def work() -> None:
        for each in range(number):
            journal.append(request(each), sync=False)

    try:
        return timed(work) / number
    finally:
        journal.close()


def measure_appends(folder: Path, number: int, rounds: int) -> bool:
    """Prints the cost of appends; whether they are within their budgets."""
    log = AuditLog(folder / "audit", clock=clock)
    log.append(request(0), sync=True)
    line = log.path.read_bytes()
    best: dict[str, float] = {}

    def note(name: str, seconds: float) -> None:
        best[name] = min(best.get(name, seconds), seconds)

    for each in range(rounds):
        note("bare write", bare(folder / "bare", line, number, sync=False))
        note("append", appended(log, number, sync=False))
        note("append, history", journaled(folder / f"home{each}", number))
        note("bare write + fdatasync", bare(folder / "bare", line, number, sync=True))
        note("append with sync", appended(log, number, sync=True))
    log.close()
    for name, seconds in best.items():
        print(f"{name:24} {seconds * 1e6:8.1f} us  {1 / seconds:10,.0f}/s")
    ratio = best["append with sync"] / best["bare write + fdatasync"]
    print(f"{'ratio with sync':24} {ratio:8.2f}     budget {SYNC_RATIO}")
    plain = best["append"] * 1e6
    return ratio <= SYNC_RATIO and plain <= PLAIN_BUDGET


def measure_reading(folder: Path, number: int, rounds: int) -> bool:
    """Prints the rates of verification and rebuild; whether they are within their budgets."""
    log = AuditLog(folder / "long" / "audit", clock=clock, rotate_at=16 * 1024 * 1024)
    for each in range(number // 2):
        log.append(request(each), sync=False)
        log.append(finish(each), sync=False)
    log.close()
    size = sum(path.stat().st_size for path in log.folder.iterdir())
    total = verify(log.folder).records
    print(f"\n{total:,} records, {size / 1e6:.0f} MB")

    history = History(folder / "long" / "history.db", log.folder)
    works: dict[str, Callable[[], object]] = {
        "read": lambda: sum(1 for _ in records(log.folder)),
        "verify": lambda: verify(log.folder),
        "rebuild history": history.rebuild,
    }
    rates = {
        name: total / min(timed(work) for _ in range(max(1, rounds // 2)))
        for name, work in works.items()
    }
    history.close()
    for name, rate in rates.items():
        print(f"{name:24} {total / rate:8.2f} s   {rate:10,.0f}/s")
    return rates["verify"] >= VERIFY_BUDGET and rates["rebuild history"] >= REBUILD_BUDGET


def main() -> int:
    """Runs all measurements; 1 where a budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=2000)
    parser.add_argument("--history", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results = [
            measure_appends(Path(folder), options.records, options.rounds),
            measure_reading(Path(folder), options.history, options.rounds),
        ]
    print("\nwithin budget" if all(results) else "\nover budget")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
