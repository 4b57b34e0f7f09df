"""Policies of packs and of the site hold for what a message starts, and people are told."""

from pathlib import Path

import pytest

from chatops_cli.model.chat import ReplyKind
from chatops_cli.model.execution import Status
from chatops_cli.model.policy import Policy, RetryOn, RetryPolicy
from chatops_cli.records.slots import Slots, Wanted
from chatops_cli.settings.values import Settings
from tests.support.chat import make_message
from tests.support.packs import write_pack
from tests.support.rooms import make_room, replies_to
from tests.support.small_packs import alias, shell_action

FAILING = "echo try >> {file}; test $(wc -l < {file}) -ge 3 && echo done"


def policy(name: str, kind: str, parameters: str) -> str:
    return (
        f"name: {name}\nresource_ref: t.act\npolicy_type: action.{kind}\n"
        f"parameters: {{{parameters}}}\n"
    )


def write(root: Path, cmd: str, **policies: str) -> Path:
    files = {
        "actions/act.yaml": shell_action("act", cmd),
        "aliases/act.yaml": alias("act", "t.act", "act"),
        **{f"policies/{name}.yaml": text for name, text in policies.items()},
    }
    write_pack(root, "t", files)
    return root


def test_a_message_is_answered_once_its_retries_are_over(tmp_path: Path) -> None:
    again = policy("again", "retry", "retry_on: failure, max_retry_count: 3")
    root = write(tmp_path / "packs", FAILING.format(file=tmp_path / "tries"), again=again)
    room = make_room(root, home=tmp_path)
    ack, first, second, result = replies_to(room, make_message("act"))
    assert ack.kind is ReplyKind.ACK
    assert first.text == "t.act ended with the status failed; trying again now (1 of 3)."
    assert (second.kind, second.reason) == (ReplyKind.PROGRESS, "retry")
    assert (result.status, result.execution_id != ack.execution_id) == (Status.SUCCEEDED, True)
    assert second.execution_id not in {ack.execution_id, result.execution_id}


def test_what_comes_too_many_is_not_started(tmp_path: Path) -> None:
    one = policy("one", "concurrency", "threshold: 1, action: cancel")
    root = write(tmp_path / "packs", f"touch {tmp_path}/ran", one=one)
    held = Slots(tmp_path / "slots").take([Wanted(key='["t.one", "t.act", {}]', limit=1)])
    assert not isinstance(held, Wanted)
    *_, result = replies_to(make_room(root, home=tmp_path), make_message("act"))
    assert result.status is Status.CANCELED
    assert "the policy t.one lets 1 run at a time" in result.text
    assert not (tmp_path / "ran").exists()


def site(action: str, count: int) -> Policy:
    return RetryPolicy(
        ref="site", action_ref=action, retry_on=RetryOn.FAILURE, max_retry_count=count
    )


@pytest.mark.parametrize(
    ("policies", "tries"),
    [
        pytest.param((), 2, id="the pack's"),
        pytest.param((site("t.act", 3),), 4, id="the site's for this action comes first"),
        pytest.param((site("t.*", 3), site("*.act", 5)), 2, id="patterns come last"),
        pytest.param((site("u.*", 3),), 2, id="others say nothing"),
    ],
)
def test_of_the_policies_that_retry_the_nearest_holds(
    tmp_path: Path, policies: tuple[Policy, ...], tries: int
) -> None:
    again = policy("again", "retry", "retry_on: failure, max_retry_count: 1")
    root = write(tmp_path / "packs", f"echo try >> {tmp_path}/tries; exit 1", again=again)
    settings = Settings(home=tmp_path, roots=(root,), policies=policies)
    replies_to(make_room(root, home=tmp_path, settings=settings), make_message("act"))
    assert len((tmp_path / "tries").read_text().splitlines()) == tries
