"""What asks people something: told in the room, on record as waiting, and never as ended."""

from pathlib import Path

import pytest

from chatops_cli.model.chat import ReplyKind
from chatops_cli.model.execution import Status
from chatops_cli.records.events import ExecutionWaiting
from tests.support.chat import make_message
from tests.support.packs import write_pack
from tests.support.rooms import Memory, make_room, replies_to
from tests.support.small_packs import alias

ASK = (
    "name: ask\nrunner_type: inquirer\nparameters:\n"
    "  users: {default: [alice]}\n  code: {type: string, secret: true, default: canary-code}\n"
    "  schema: {default: {properties: {code: {description: 'the code, not {{ code }}'}}}}\n"
)


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("packs")
    result = "result: {format: 'answered: {{ execution.result.response }}'}\n"
    hidden = "ack: {enabled: false}\nresult: {enabled: false}\n"
    files = {
        "actions/ask.yaml": ASK,
        "aliases/ask.yaml": alias("ask", "t.ask", "ask them", more=result),
        "aliases/hidden.yaml": alias("hidden", "t.ask", "ask quietly", more=hidden),
    }
    write_pack(root, "t", files)
    return root


def test_it_is_told_and_recorded_as_waiting(packs: Path, isolated: Path) -> None:
    """The alias' template is for the answer, which isn't there yet. Secrets are masked."""
    memory = Memory()
    room = make_room(packs, home=isolated.parent / "home", memory=memory)
    ack, waiting = replies_to(room, make_message("ask them"))
    assert (ack.kind, ack.status) == (ReplyKind.ACK, None)
    assert (waiting.kind, waiting.status) == (ReplyKind.INFO, Status.PENDING)
    assert waiting.execution_id == ack.execution_id
    assert waiting.text == (
        "t.ask is waiting for an answer (execution id-1)\n"
        "May answer: alice\n"
        "Waits for: 1 day\n"
        "- code: the code, not ********\n"
        "To answer, say: answer id-1 code=…"
    )
    assert memory.names() == [
        *("message", "match", "decision", "execution.requested", "reply"),
        *("execution.waiting", "reply"),
    ]
    event, sync = memory.events[5]
    assert isinstance(event, ExecutionWaiting)
    assert (event.execution_id, event.status, sync) == ("id-1", Status.PENDING, True)
    assert event.started is not None
    (asked,) = memory.results
    assert "canary" not in str(asked)
    assert "'users': ['alice']" in str(asked)


def test_it_is_told_where_the_alias_hides_the_result(packs: Path, isolated: Path) -> None:
    room = make_room(packs, home=isolated.parent / "home")
    (waiting,) = replies_to(room, make_message("ask quietly"))
    assert waiting.text.startswith("t.ask is waiting for an answer")


def test_that_it_is_not_on_record_is_told_with_it(packs: Path, isolated: Path) -> None:
    room = make_room(packs, home=isolated.parent / "home", memory=Memory(full_at=4))
    waiting, warning = replies_to(room, make_message("ask quietly"))
    assert waiting.status is Status.PENDING
    assert (warning.kind, warning.status) == (ReplyKind.ERROR, Status.PENDING)
    assert warning.text == (
        "Execution id-1 is waiting for an answer, but that is not on record: "
        "the audit log can't be written (free some space)"
    )
