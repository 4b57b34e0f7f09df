"""A transcript is played down the real path; only what an action does is replaced."""

from pathlib import Path

import pytest

from chatops_cli.rehearsal.verdict import Ending
from tests.support.transcripts import ops_pack, rehearsed, said

FRONT = """\
---
people: {alice: {roles: [ops]}, bob: , eve: "slack:T1:U1"}
settings:
  access:
    roles: {ops: []}
    rules:
      - {name: ops-deploy, effect: allow, who: ["@ops"]}
      - {name: bob-not, effect: deny, who: ["local:bob"]}
stubs:
  ops.deploy:
    - {parameters: {app: db}, status: failed, stdout: broken}
    - {parameters: {app: slow}, delay: 2h, stdout: at last}
    - {stdout: once, times: 1}
    - stdout: done
---
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ops_pack(tmp_path / "packs")
    return tmp_path


def test_a_conversation_goes_as_expected(folder: Path) -> None:
    verdict = rehearsed(
        folder,
        FRONT
        + """
        [#ops] alice: !deploy api to staging
        = alias ops.deploy
        = action ops.deploy
        = parameters app=api stage=staging
        = decision allowed ops-deploy
        = status succeeded
        = effect none
        bot (result): api: once

        alice: !deploy api to staging
        bot: api: done

        [dm] alice: deploy db to x
        = status failed
        bot: db: broken

        [#ops > t1] bob: !deploy api to x
        = decision denied bob-not
        bot (denied): You may not run ops.deploy: <any>

        [#ops] eve: !deploy api to x
        = decision denied default-deny
        bot: <any> no rule lets eve run ops.deploy.

        alice: just talking
        = alias none
        = action none

        alice (edited): !deploy api to production
        bot: An edited message is never run. <any>

        alice: !deploy slow to x
        = status timeout
        bot: slow:
        """.replace("        ", ""),
    )
    assert said(verdict) == ""
    assert verdict.problems == ()
    assert verdict.ending is Ending.PASSED
    assert verdict.messages == 8
    assert verdict.ran == verdict.refused == ()


def test_what_differs_is_shown_with_its_line(folder: Path) -> None:
    verdict = rehearsed(
        folder,
        FRONT
        + """
[#ops] alice: !deploy api to staging
= parameters app=web
= status failed
bot: something
bot: api: once
bot: <any> more

alice: !do nothing
""",
    )
    assert verdict.ending is Ending.FAILED
    shown = said(verdict).splitlines()
    assert "- = parameters app=web" in shown
    assert shown[shown.index("19: the status is not as expected") + 1 :][:2] == [
        "- = status failed",
        "+ = status succeeded",
    ]
    start = shown.index("20: the bot does not say this")
    assert shown[start + 1 : start + 4] == [
        "- bot: something",
        "  bot: api: once",
        "- bot: <any> more",
    ]
    assert any(line.startswith("24: the bot says something that is not expected") for line in shown)


def test_an_action_without_a_stub_does_not_run(folder: Path) -> None:
    verdict = rehearsed(folder, "[#ops] ann: !deploy api to x\nbot: <...>\n")
    assert verdict.ending is Ending.FAILED
    assert verdict.refused == ("ops.deploy",)
    assert said(verdict) == (
        "1: ops.deploy was not run: nothing says what it answers\n"
        "  (give it a stub, or let it run: run: [ops.deploy])"
    )


def test_an_action_really_runs_where_it_may(folder: Path) -> None:
    text = "---\nrun: [ops.deploy]\n---\n[#ops] ann: !deploy api to x\nbot: api: really api\n"
    verdict = rehearsed(folder, text)
    assert (verdict.ending, verdict.ran) == (Ending.PASSED, ("ops.deploy",))


def test_time_passes_without_being_waited_for(folder: Path) -> None:
    """The shell's own limit of time holds for its stub; a policy's retry comes after its delay."""
    policy = "{action: ops.*, type: action.retry, parameters: {retry_on: timeout, delay: 90}}"
    verdict = rehearsed(
        folder,
        f"""\
        ---
        settings: {{policies: [{policy}]}}
        stubs: {{ops.deploy: [{{delay: 2h, times: 1}}, {{delay: 30s, stdout: done}}]}}
        ---
        + 1d
        [#ops] ann: !deploy api to x
        = status succeeded
        bot: ops.deploy ended with the status timeout; trying again in 90 s (1 of 2).
        bot: api: done
        """,
    )
    assert said(verdict) == ""
    assert verdict.seconds < 10
