"""The audit log under kill -9, many writers, full disks and read-only ones."""

from collections import Counter
from pathlib import Path

import pytest

from chatops_cli.records.chain import verify
from chatops_cli.records.reader import records
from tests.support.processes import run_on_small_disk, run_python

KILLS = 300

# Forked from one small process: a fresh interpreter for each kill would take minutes.
KILLER = """
    import os, random, signal, sys, time
    from datetime import UTC, datetime
    from pathlib import Path
    from chatops_cli.records.audit import AuditLog
    from chatops_cli.records.lock import locked
    from tests.support.audit import make_request

    folder, acks, kills = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    random.seed(11)

    def write(name):
        log = AuditLog(folder, clock=lambda: datetime.now(UTC), rotate_at=60_000)
        ack = os.open(acks, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        number = 0
        while True:
            number += 1
            record = log.append(make_request(number), sync=number % 4 != 0)
            os.write(ack, f"{record.seq} {record.hash}\\n".encode())

    def start(name):
        pid = os.fork()
        if pid == 0:
            try:
                write(name)
            except BaseException as error:
                os.write(2, repr(error).encode())
            os._exit(9)
        return pid

    def tear():
        with locked(folder / "audit.lock"), (folder / "audit.jsonl").open("ab") as file:
            file.write(b'{"v":1,"seq":99,"time":"2026-01-31T08:15:00.000'[: random.randint(1, 40)])

    writers = [start(n) for n in range(3)]
    for kill in range(kills):
        time.sleep(random.uniform(0, 0.012))
        which = random.randrange(len(writers))
        os.kill(writers[which], signal.SIGKILL)
        os.waitpid(writers[which], 0)
        if kill % 10 == 0 and (folder / "audit.jsonl").exists():
            tear()
        writers[which] = start(which)
    time.sleep(0.05)
    for pid in writers:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
"""


@pytest.mark.slow
def test_no_acknowledged_record_is_lost_by_kills(tmp_path: Path) -> None:
    folder, acks = tmp_path / "audit", tmp_path / "acks"
    run_python(KILLER, str(folder), str(acks), str(KILLS))

    verdict = verify(folder)
    assert verdict.findings == ()
    found = {record.seq: record.hash for record in records(folder)}
    acknowledged = [line.split() for line in acks.read_text().splitlines()]
    assert len(acknowledged) > KILLS, "writers have to get somewhere between the kills"
    assert all(found[int(seq)] == own for seq, own in acknowledged)
    events = Counter(record.event for record in records(folder))
    assert 0 < events["audit.repaired"] <= len(list(folder.glob("*.torn")))
    assert events["audit.rotated"] > 0
    # One that was written by a writer killed before it could say so.
    assert sum(events.values()) >= len(acknowledged)


WRITER = """
    import os, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from chatops_cli.records.audit import AuditLog
    from tests.support.audit import make_request

    def write(name):
        log = AuditLog(Path(sys.argv[1]), clock=lambda: datetime.now(UTC), rotate_at=20_000)
        for number in range(100):
            log.append(make_request(name * 1000 + number), sync=number % 2 == 0)
        log.close()
        os._exit(0)

    children = []
    for name in range(4):
        if (pid := os.fork()) == 0:
            write(name)
        children.append(pid)
    print([os.waitpid(pid, 0)[1] for pid in children])
"""


def test_four_processes_write_one_chain_while_files_rotate(tmp_path: Path) -> None:
    assert run_python(WRITER, str(tmp_path)) == ["[0, 0, 0, 0]"]

    assert verify(tmp_path).findings == ()
    ids = [record.text("execution_id") for record in records(tmp_path)]
    expected = Counter(f"e{name * 1000 + number}" for name in range(4) for number in range(100))
    assert Counter(identifier for identifier in ids if identifier) == expected
    assert len(list(tmp_path.glob("audit-*.jsonl"))) > 5


SHARED = """
    import sys, threading
    from pathlib import Path
    from tests.support.audit import make_log, make_request

    log = make_log(Path(sys.argv[1]))
    def write(name):
        for number in range(50):
            log.append(make_request(name * 1000 + number), sync=False)
    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""


def test_threads_may_share_one_log(tmp_path: Path) -> None:
    run_python(SHARED, str(tmp_path))
    verdict = verify(tmp_path)
    assert (verdict.findings, verdict.records) == ((), 200)


FULL = """
    import sys
    from pathlib import Path
    from chatops_cli.errors import RecordError
    from chatops_cli.records.chain import verify
    from chatops_cli.records.datastore import Datastore
    from chatops_cli.records.journal import open_journal
    from tests.support.audit import make_finish, make_request
    from tests.support.clock import FakeClock

    home, warnings = Path(sys.argv[1]), []
    store = Datastore(home / "datastore.json", clock=FakeClock())
    store.set("system", "kept", "yes")
    journal = open_journal(home, clock=FakeClock(), warn=warnings.append)
    good = 0
    try:
        while True:
            journal.append(make_request(good), sync=True)
            good += 1
    except RecordError as error:
        print(error.message.replace(str(home), "HOME"), "|", error.hint)
    stored = journal.put({"stdout": "x" * 3_000_000})
    print(stored.size)
    try:
        store.set("system", "big", "x" * 300_000)
    except RecordError as error:
        print(error.message.replace(str(home), "HOME"))
    kept = {item.name: item.value for item in store.select()}
    print(kept, [path.name for path in home.glob(".*")])
    print(good > 50, verify(home / "audit").is_sound, verify(home / "audit").records == good)
    print([warning.split(":")[0].split("/")[0] for warning in warnings])

    for path in home.glob("history.db*"):
        path.unlink()
    journal.close()
    print(journal.append(make_finish(), sync=True).seq == good + 1, verify(home / "audit").is_sound)
"""


def test_a_full_disk_stops_what_cannot_be_recorded_and_harms_nothing(tmp_path: Path) -> None:
    assert run_on_small_disk(FULL, tmp_path, size="3m") == [
        (
            "the audit log HOME/audit/audit.jsonl cannot be written: No space left on device"
            " | free some space there; nothing runs that can't be recorded"
        ),
        "3000013",
        "the file HOME/datastore.json cannot be written: No space left on device",
        "{'kept': 'yes'} []",
        "True True True",
        "['the history ', 'the result ']",
        "True True",
    ]


READ_ONLY = """
    import subprocess, sys
    from pathlib import Path
    from chatops_cli.errors import RecordError
    from chatops_cli.records.chain import verify
    from chatops_cli.records.datastore import Datastore
    from chatops_cli.records.history_entry import Filter
    from chatops_cli.records.history import open_history
    from chatops_cli.records.journal import open_journal
    from tests.support.audit import make_request
    from tests.support.clock import FakeClock

    home, notes = Path(sys.argv[1]), []
    store = Datastore(home / "datastore.json", clock=FakeClock())
    store.set("system", "kept", "yes")
    journal = open_journal(home, clock=FakeClock(), warn=print)
    journal.append(make_request(1), sync=True)
    journal.audit.append(make_request(2), sync=True)
    journal.close()
    subprocess.run(["mount", "-o", "remount,ro", str(home)], check=True)
    for attempt in (
        lambda: journal.append(make_request(3), sync=True),
        lambda: store.set("system", "more", "no"),
        lambda: journal.results.put("x"),
    ):
        try:
            attempt()
        except RecordError as error:
            print(error.message.replace(str(home), "HOME"))
    history = open_history(home, note=notes.append)
    print([entry.id for entry in history.find(Filter())], store.get("system", "kept"))
    print(len(notes), notes[0].endswith("this was read from the audit log instead"))
    print(verify(home / "audit").records)
"""


def test_a_read_only_disk_can_be_read(tmp_path: Path) -> None:
    lines = run_on_small_disk(READ_ONLY, tmp_path, size="1m")
    assert lines[0] == (
        "the audit log HOME/audit/audit.jsonl cannot be written: Read-only file system"
    )
    assert lines[1] == "the file HOME/datastore.json cannot be written: Read-only file system"
    assert lines[2].startswith("the result HOME/results/")
    assert lines[3:] == ["['e2', 'e1'] yes", "1 True", "2"]
