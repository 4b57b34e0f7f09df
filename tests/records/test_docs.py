"""docs/audit.md says all there is, and nothing else."""

import dataclasses
import hashlib
import re
import subprocess
from pathlib import Path

import pytest

from chatops_cli.model.chat import ReplyKind
from chatops_cli.records.chain import Breach
from chatops_cli.records.events import EVENTS, Event, MatchOutcome
from chatops_cli.records.history_entry import Entry
from chatops_cli.records.record import Record, parse
from chatops_cli.records.stats import count
from tests.support.audit import make_log, make_message

TEXT = (Path(__file__).parents[2] / "docs" / "audit.md").read_text()


def section(title: str) -> str:
    found = re.search(
        rf"^##+ {re.escape(title)}.*?\n(.*?)(?=^##|\Z)", TEXT, re.DOTALL | re.MULTILINE
    )
    assert found is not None, f"no section {title}"
    return found[1]


def rows(text: str) -> list[str]:
    return re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.event)
def test_every_field_of_an_event_is_documented_in_order(event: type[Event]) -> None:
    fields = [field.name for field in dataclasses.fields(event)]
    assert rows(section(f"`{event.event}`")) == fields


def test_no_other_event_is_documented() -> None:
    assert re.findall(r"^### `([a-z.]+)`", TEXT, re.MULTILINE) == [e.event for e in EVENTS]


def test_the_members_of_a_record_are_documented() -> None:
    record = Record(
        seq=1, time=make_message().sent, event="x", fields={}, prev="", hash=""
    )  # fmt: skip
    assert rows(section("A record")) == list(record.as_json())


def test_words_are_documented() -> None:
    assert rows(section("Verification")) == [str(breach) for breach in Breach]
    for word in (*MatchOutcome, *ReplyKind):
        assert f"`{word}`" in TEXT
    output = section("Output of the commands")
    for name in [field.name for field in dataclasses.fields(Entry)]:
        assert f"`{name}`" in output
    for name in count(()).as_json():
        assert f"`{name}`" in output


def test_the_hash_is_checked_with_the_documented_shell_line(tmp_path: Path) -> None:
    log = make_log(tmp_path)
    for number in range(4):
        log.append(make_message(number, text='"hash":"é"}'), sync=False)
    (line,) = re.findall(r"^sed .*sha256sum$", section("Verification"), re.MULTILINE)
    done = subprocess.run(
        ["sh", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    own = parse(log.path.read_bytes().splitlines()[3]).hash
    assert done.stdout.split()[0] == own
    assert len(own) == len(hashlib.sha256(b"").hexdigest())
