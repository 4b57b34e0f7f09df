"""The journal: the audit log decides, the rest may fail."""

from pathlib import Path

import pytest

from chatops_cli.errors import RecordError
from chatops_cli.records.canonical import digest, encode
from chatops_cli.records.chain import verify
from chatops_cli.records.history import open_history
from chatops_cli.records.history_entry import Filter
from chatops_cli.records.journal import Journal, open_journal
from tests.support.audit import make_finish, make_message, make_request
from tests.support.clock import FakeClock
from tests.support.processes import run_python


def make_journal(home: Path, warnings: list[str]) -> Journal:
    return open_journal(home, clock=FakeClock(), warn=warnings.append, rotate_at=5000)


def test_what_happens_is_in_the_log_the_history_and_the_store(tmp_path: Path) -> None:
    warnings: list[str] = []
    journal = make_journal(tmp_path / "home", warnings)
    assert not (tmp_path / "home").exists(), "nothing is made before it is needed"
    for number in range(10):
        journal.append(make_message(number), sync=False)
        journal.append(make_request(number), sync=True)
        stored = journal.put({"number": number})
        journal.append(make_finish(number, digest=stored.digest), sync=True)
    journal.close()

    assert verify(tmp_path / "home" / "audit").is_sound
    history = open_history(tmp_path / "home", note=warnings.append)
    assert history.refresh() == 0, "the history was up to date all the time"
    entry = history.show("e3")
    assert journal.results.get(entry.result_digest or "") == {"number": 3}
    history.close()
    assert warnings == []


def test_history_and_results_may_fail_with_one_warning_each(tmp_path: Path) -> None:
    (tmp_path / "history.db").mkdir()
    (tmp_path / "results").write_text("in the way")
    warnings: list[str] = []
    journal = make_journal(tmp_path, warnings)
    for number in range(3):
        journal.append(make_request(number), sync=True)
        journal.put({"n": number})
    stored = journal.put({"n": 2})
    journal.close()

    assert verify(journal.audit.folder).records == 3
    assert (stored.digest, stored.size) == (digest(encode({"n": 2})), 7)
    assert [warning.split(" ")[1] for warning in warnings] == ["result", "history"]
    entries = open_history(tmp_path, note=warnings.append).find(Filter())
    assert [entry.id for entry in entries] == ["e2", "e1", "e0"]


def test_an_audit_log_that_fails_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("in the way")
    journal = make_journal(tmp_path, [])
    with pytest.raises(RecordError):
        journal.append(make_request(), sync=True)
    assert not (tmp_path / "history.db").exists()


LOADED = """
    import sys
    import chatops_cli.records.journal
    import chatops_cli.records.datastore
    heavy = {"sqlite3", "tinydb", "asyncio", "yaml", "typing_extensions", "tempfile"}
    print(sorted(heavy & set(sys.modules)))
"""


def test_importing_it_loads_nothing_heavy() -> None:
    assert run_python(LOADED) == ["[]"]
