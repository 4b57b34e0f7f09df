"""Finding and counting records."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.records.audit import AuditLog
from chatops_cli.records.events import Decided
from chatops_cli.records.reader import records
from chatops_cli.records.search import Query, search
from chatops_cli.records.stats import count
from tests.support.audit import ALICE, BOB, make_log, make_message, run_one
from tests.support.clock import START, FakeClock


@pytest.fixture
def log(tmp_path: Path) -> Iterator[AuditLog]:
    """Alice asks for a disk (1-5), Bob for a deployment that fails (6-10) and is denied."""
    log = make_log(tmp_path / "audit", clock=FakeClock(step=3600))
    run_one(log, 1)
    run_one(log, 2, who=BOB, action="web.deploy", status=Status.FAILED)
    log.append(make_message(3, who=BOB, text="Drop TABLE"), sync=False)
    log.append(
        Decided(message_id="m3", action="db.drop", allowed=False, rule="dba", reason="not a DBA"),
        sync=False,
    )
    yield log
    log.close()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param(Query(), range(1, 13), id="everything"),
        pytest.param(Query(who="alice"), range(1, 6), id="all that a person's message led to"),
        pytest.param(Query(who="Bob"), range(6, 13), id="a name in other letters"),
        pytest.param(Query(who="U2"), range(6, 13), id="a user id"),
        pytest.param(Query(who=str(ALICE)), range(1, 6), id="a whole id"),
        pytest.param(Query(who=""), (), id="nobody"),
        pytest.param(Query(action="web.deploy"), (8, 9, 10), id="an action to its end"),
        pytest.param(Query(event="execution"), (4, 5, 9, 10), id="a family of events"),
        pytest.param(Query(event="execution.finished"), (5, 10), id="an event"),
        pytest.param(Query(event="exec"), (), id="half a word"),
        pytest.param(Query(status="failed"), (10,), id="a status"),
        pytest.param(Query(who="alice", status="failed"), (), id="a status of another person"),
        pytest.param(Query(room="ops"), range(1, 13), id="a room"),
        pytest.param(Query(room="dev"), (), id="another room"),
        pytest.param(Query(text="drop table"), (11,), id="words"),
        pytest.param(Query(text="0.25"), (5, 10), id="a number"),
        pytest.param(Query(text="linux.disk_usage"), (4, 9), id="part of a field"),
        pytest.param(Query(since=START + timedelta(hours=11)), (11, 12), id="since"),
        pytest.param(Query(until=START + timedelta(hours=3)), (1, 2), id="until, excluded"),
        pytest.param(
            Query(who="bob", since=START + timedelta(hours=10), until=START + timedelta(hours=11)),
            (10,),
            id="a person's, though it says no name",
        ),
    ],
)
def test_records_are_found(log: AuditLog, query: Query, found: range | tuple[int, ...]) -> None:
    assert [record.seq for record in search(records(log.folder), query)] == list(found)


def test_a_log_is_added_up(log: AuditLog) -> None:
    assert count(records(log.folder)).as_json() == {
        "records": 12,
        "first": "2026-01-31T09:15:00.000000Z",
        "last": "2026-01-31T20:15:00.000000Z",
        "denied": 1,
        "events": {
            "message": 3,
            "decision": 3,
            "match": 2,
            "execution.requested": 2,
            "execution.finished": 2,
        },
        "people": {"slack:T1:U1": 1, "slack:T1:U2": 1},
        "actions": {"linux.disk": 1, "web.deploy": 1},
        "statuses": {"succeeded": 1, "failed": 1},
        "days": {"2026-01-31": 12},
    }


def test_no_log_adds_up_to_nothing() -> None:
    stats = count(())
    assert (stats.records, stats.first, stats.last, stats.days) == (0, None, None, {})
