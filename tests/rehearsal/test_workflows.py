"""Workflows in rehearsals: what they decide is real, what their tasks do is stubbed."""

from pathlib import Path

from chatops_cli.rehearsal.verdict import Ending
from tests.support.packs import action_text, alias_text
from tests.support.transcripts import ops_pack, rehearsed, said

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
