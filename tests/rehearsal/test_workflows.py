"""Workflows in rehearsals: what they decide is real, what their tasks do is stubbed."""

from pathlib import Path

import pytest

from chatops_cli.rehearsal.rehearse import Manner
from chatops_cli.rehearsal.rough import Roughness, all_of_it
from chatops_cli.rehearsal.update import updated
from chatops_cli.rehearsal.verdict import Ending
from tests.support.packs import action_text, alias_text
from tests.support.transcripts import ops_pack, rehearsed, said, transcript

FLOW = """\
version: 1.0
input: [app]
tasks:
  check:
    action: ops.check app=<% ctx(app) %>
    next:
      - when: <% succeeded() %>
        do: deploy
      - when: <% failed() %>
        do: tell
  deploy:
    action: ops.deploy app=<% ctx(app) %>
    delay: 3600
  tell:
    action: ops.tell
"""
FILES = {
    "actions/release.yaml": action_text(
        "release",
        "orquesta",
        "entry_point: workflows/release.yaml\nparameters: {app: {type: string}}\n",
    ),
    "actions/workflows/release.yaml": FLOW,
    "actions/check.yaml": action_text(
        "check", "local-shell-cmd", "parameters: {app: {type: string}, cmd: {default: 'true'}}\n"
    ),
    "actions/tell.yaml": action_text("tell"),
    "aliases/release.yaml": alias_text("release", "ops.release", "release {{ app }}"),
}
TALK = """\
---
stubs:
  ops.check: [{parameters: {app: db}, status: failed, stderr: ill}, {stdout: well}]
  ops.deploy: {stdout: done}
---
[#ops] ann: !release api
= action ops.release
= status succeeded
= effect action ops.check app=api
= effect action ops.deploy app=api
bot: On it: <any>
bot: ops.release succeeded in 1h0m0s (execution <id>)
"""


def test_a_workflow_goes_its_way_over_stubs(tmp_path: Path) -> None:
    """It waits for an hour between its tasks; the rehearsal doesn't."""
    ops_pack(tmp_path / "packs", FILES)
    verdict = rehearsed(tmp_path, TALK)
    assert said(verdict) == ""
    assert verdict.refused == verdict.ran == ()
    assert verdict.seconds < 10
    progress = TALK.replace("bot: ops", "bot (progress): <any>\nbot: <any>\nbot: ops")
    assert said(rehearsed(tmp_path, progress, name="p.chat")) == ""
    failing = TALK.replace("release api", "release db").replace(
        "= effect action ops.check app=api\n= effect action ops.deploy app=api\n",
        "= effect action ops.check app=db\n= effect action ops.tell\n",
    )
    verdict = rehearsed(tmp_path, failing.replace("in 1h0m0s", "in <any>"), name="b.chat")
    assert said(verdict) == ""


def test_a_task_without_a_stub_is_named(tmp_path: Path) -> None:
    ops_pack(tmp_path / "packs", FILES)
    verdict = rehearsed(tmp_path, "[#ops] ann: !release api\nbot: <...>\n")
    assert verdict.ending is Ending.FAILED
    assert verdict.refused == ("ops.check",)
    assert "1: ops.check was not run" in said(verdict)
    whole = "---\nstubs: {ops.release: {result: {output: all}}}\n---\n[#ops] ann: !release api\n"
    assert rehearsed(tmp_path, whole, name="w.chat").refused == ()


ASK = action_text("ask", "inquirer", "parameters: {schema: {type: object}}\n")
ASKS = """\
version: 1.0
input: [app]
tasks:
  ask:
    action: ops.ask
    input: {schema: {properties: {go: {type: boolean, required: true}}}}
    next: [{when: <% succeeded() and result().response.go %>, do: deploy}]
  deploy:
    action: ops.deploy app=<% ctx(app) %>
"""
ANSWERS = """\
---
people: {ann: , eve: }
settings: {access: {local: deny, rules: [{name: ann, effect: allow, who: ["local:ann"]}]}}
stubs: {ops.deploy: {stdout: done}}
---
[#ops] ann: !release api
= status paused
= effect action ops.ask
bot (ack): <any>
bot: <any>
  ops.ask is waiting for an answer (execution <id:question>)
  <...>

eve: !answer <id:question> go=yes
bot (denied): You may not answer <id:question>: <any>

ann: !answer <id:question> go=perhaps
bot: Nothing was run: <any>

ann: !answer <id:question> go=yes
= effect action ops.deploy app=api
bot: ops.release succeeded in <any> (execution <id>)

ann (edited): !answer <id:question> go=no
bot: An edited message is never run. <any>

ann: !answer <id:question> go=no
= effect none
bot: Nothing was run: nothing that waits has the id '<id:question>'

ann: !release db
bot (ack): <any>
bot: <any>
  ops.ask is waiting for an answer (execution <id:late>)
  <...>

+ 2d
bot (notice): ops.release failed after 1d0h0m<any> (execution <id>)
  <...>

ann: !answer <id:late> go=yes
= effect none
bot: Nothing was run: nothing that waits has the id '<id:late>'
"""
EXPIRES = """\
---
stubs: {ops.deploy: {stdout: done}, ops.check: {delay: 45m, times: 1}}
---
[#ops] ann: !release api
= status succeeded
= effect action ops.ask
= effect action ops.tell
bot (ack): <any>
bot: <any>
  ops.ask is waiting for an answer (execution <id:question>)
  <...>
+ 29m
+ 60s
bot (notice): ops.release succeeded in 30m0s (execution <id>)

[dm] ann: !answer <id:question> go=yes
= effect none
bot: Nothing was run: <any>

ann: !release web
bot (ack): <any>
bot: <any>
  ops.ask is waiting for an answer (execution <id:again>)
  <...>
[#ops] bob: !release db
bot (ack): <any>
bot: <any>
  <...>
+ 5m
[#log] ann: !answer <id:again> go=yes
= effect action ops.deploy app=web
bot: ops.release succeeded in 5m0s (execution <id>)
[@ann] bot (notice): ops.release succeeded in 5m0s (execution <id>)
"""


def test_an_inquiry_ends_as_its_time_does(tmp_path: Path) -> None:
    """To the second, whoever says something or nobody; the room where it was asked for is told."""
    soon = ASK.replace("schema: {type: object}", "schema: {type: object}, ttl: {default: 30}")
    flow = ASKS.replace("    next: [", "    next: [{when: <% failed() %>, do: tell}, ")
    asking = {
        "actions/workflows/release.yaml": flow + "  tell: {action: ops.tell}\n",
        "actions/ask.yaml": soon,
    }
    ops_pack(tmp_path / "packs", {**FILES, **asking})
    verdict = rehearsed(tmp_path, EXPIRES)
    assert said(verdict) == ""
    assert verdict.ending is Ending.PASSED
    notice = "+ 60s\nbot (notice): ops.release succeeded in 30m0s (execution <id>)\n"
    assert notice in EXPIRES
    without = EXPIRES.replace(notice, "+ 60s\n")
    missed = rehearsed(tmp_path, without, name="without.chat")
    assert "+ 60s\nbot: ops.release succeeded in <any> (execution <id>)\n" in updated(
        transcript(without), missed
    )


@pytest.mark.parametrize("roughness", [None, all_of_it(5)])
def test_what_asks_is_answered_in_the_room(tmp_path: Path, roughness: Roughness | None) -> None:
    """By the rehearsal's clock, and what goes on because of the answer is told below it."""
    asking = {"actions/workflows/release.yaml": ASKS, "actions/ask.yaml": ASK}
    ops_pack(tmp_path / "packs", {**FILES, **asking})
    verdict = rehearsed(tmp_path, ANSWERS, manner=Manner(roughness=roughness))
    assert said(verdict) == ""
    assert verdict.ending is Ending.PASSED


CHAIN = """\
chain:
  - name: check
    ref: ops.check
    parameters: {app: "{{ app }}"}
    publish: {found: "{{ check.stdout }}"}
    on-success: deploy
    on-failure: tell
  - {name: deploy, ref: ops.deploy, parameters: {app: "{{ found }}"}}
  - {name: tell, ref: ops.tell}
default: check
"""
ABREAST = """\
version: 1.0
input: [app]
tasks:
  begin: {next: [{do: left, right}, {do: many}]}
  left: {action: ops.check, input: {app: left}, next: [{when: <% succeeded() %>, do: join}]}
  right: {action: ops.deploy, input: {app: right}, next: [{when: <% succeeded() %>, do: join}]}
  many:
    with: <% list(a, b, a) %>
    action: ops.check app=<% item() %>
    next: [{when: <% succeeded() %>, do: join}]
  join: {join: all, action: ops.tell}
""".replace("{do: left, right}", "{do: [left, right]}")


@pytest.mark.parametrize("roughness", [None, all_of_it(3)])
def test_an_action_chain_goes_its_way_over_stubs(
    tmp_path: Path, roughness: Roughness | None
) -> None:
    chain = {
        "actions/workflows/release.yaml": CHAIN,
        "actions/release.yaml": FILES["actions/release.yaml"].replace("orquesta", "action-chain"),
    }
    ops_pack(tmp_path / "packs", {**FILES, **chain})
    talk = """\
        ---
        stubs:
          ops.check: [{parameters: {app: db}, status: failed, stderr: ill}, {stdout: version 7}]
          ops.deploy: {stdout: done, delay: 30s}
        ---
        [#ops] ann: !release api
        = status succeeded
        = effect action ops.check app=api
        = effect action ops.deploy app="version 7"
        bot: On it: <any>
        bot: ops.release succeeded in 30.0 s (execution <id>)
          <...>

        ann: !release db
        = status succeeded
        = effect action ops.check app=db
        = effect action ops.tell
        bot (ack): <any>
        bot: <...>
        """
    verdict = rehearsed(tmp_path, talk, manner=Manner(roughness=roughness))
    assert said(verdict) == ""
    assert verdict.ran == verdict.refused == ()
    wrong = talk.replace("= effect action ops.tell", "= effect action ops.deploy")
    shown = said(rehearsed(tmp_path, wrong, name="wrong.chat"))
    assert "the effects are not as expected" in shown
    assert "+ = effect action ops.tell" in shown


@pytest.mark.parametrize("roughness", [None, all_of_it(4)])
def test_tasks_side_by_side_are_effects_in_any_order(
    tmp_path: Path, roughness: Roughness | None
) -> None:
    """They take as long as the slowest of them."""
    ops_pack(tmp_path / "packs", {**FILES, "actions/workflows/release.yaml": ABREAST})
    talk = """\
        ---
        stubs:
          ops.check:
            - {parameters: {app: a}, delay: 20s}
            - {parameters: {app: b}, delay: 10s}
            - {delay: 30s}
          ops.deploy: {delay: 25s}
        ---
        [#ops] ann: !release api
        = status succeeded
        = effect action ops.tell
        = effect action ops.deploy app=right
        = effect action ops.check app=a
        = effect action ops.check app=a
        = effect action ops.check app=b
        = effect action ops.check app=left
        bot (ack): <any>
        bot: ops.release succeeded in 30.0 s (execution <id>)
        """
    verdict = rehearsed(tmp_path, talk, manner=Manner(roughness=roughness))
    assert said(verdict) == ""
    fails = talk.replace("{delay: 30s}", "{status: failed, delay: 30s}").replace(
        "= effect action ops.tell\n", ""
    )
    fails = fails.replace("= status succeeded", "= status failed").replace(
        "succeeded in", "failed after"
    )
    shown = said(rehearsed(tmp_path, fails.replace("<id>)", "<id>)\n  <...>"), name="fails.chat"))
    assert shown == ""
