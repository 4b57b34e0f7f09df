"""`--update` writes what came in place of what was expected, and nothing else."""

import json
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from chatops_cli.rehearsal.parse import parse
from chatops_cli.rehearsal.rehearse import Manner
from chatops_cli.rehearsal.update import updated
from chatops_cli.rehearsal.verdict import Ending
from chatops_cli.rehearsal.wording import escaped
from tests.support.transcripts import ops_pack, rehearsed, said, transcript

FRONT = """\
---
stubs: {ops.deploy: {stdout: done}}
---
"""
BEFORE = """\
# At the top.
[#ops] ann: !deploy api to x
= alias ops.other
= parameters app=web
= status succeeded

# Between.
bot: <any>: failed
# Behind.

ann: !deploy db to x
bot: <any>: done
bot: nobody says this
# The end of this.
[dm] ann: do nothing
= effect set system a
ann: nothing to the bot, in a direct message
bot (ack): <...>
"""
AFTER = """\
# At the top.
[#ops] ann: !deploy api to x
= alias ops.deploy
= parameters app=api
= status succeeded

# Between.
bot: api: done
# Behind.

ann: !deploy db to x
bot: <any>: done
# The end of this.
[dm] ann: do nothing
= effect none
bot: On it: running ops.nothing (execution <id>).
bot: ops.nothing succeeded in <number> s (execution <id>)
ann: nothing to the bot, in a direct message
bot (no_match): I don't know 'nothing to the bot, in a direct message'; nothing was run.
  Nearest:
    do nothing   (do instead of 'nothing to the bot,')
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ops_pack(tmp_path / "packs")
    return tmp_path


def test_only_what_was_not_as_expected_is_written_anew(folder: Path) -> None:
    verdict = rehearsed(folder, FRONT + BEFORE)
    assert verdict.ending is Ending.FAILED
    text = updated(transcript(FRONT + BEFORE), verdict)
    assert text == FRONT + AFTER
    again = rehearsed(folder, text)
    assert said(again) == ""
    assert updated(transcript(text), again) == text


def test_expectations_keep_their_form_and_get_their_number(folder: Path) -> None:
    ticket = """\
        name: ticket
        action_ref: ops.deploy
        formats:
          - representation: ['(?:\\b|^)EX-(?P<app>[0-9]+)(?:\\b|$)']
            display: EX
            match_multiple: true
        ack: {enabled: false}
        result: {format: "{{ execution.parameters.app }}{~}"}
        """
    ops_pack(folder / "packs", {"aliases/ticket.yaml": dedent(ticket)})
    text = FRONT + (
        "[#ops] ann: !EX-1, EX-2\n= parameters app=7\n= decision denied\n= status failed\n"
        "= status failed\n= status failed\n[#x] bot: 1\nbot: 2\n"
    )
    verdict = rehearsed(folder, text)
    assert updated(transcript(text), verdict) == FRONT + (
        "[#ops] ann: !EX-1, EX-2\n= parameters app=1\n= parameters app=2\n= decision allowed\n"
        "= decision allowed\n= status succeeded\n= status succeeded\nbot: 1\nbot: 2\n"
    )


def test_real_results_are_kept_and_served(folder: Path) -> None:
    text = "---\nrecord: true\n---\n[#ops] ann: !deploy api to x\nbot: api: really api\n"
    refused = rehearsed(folder, text)
    assert refused.refused == ("ops.deploy",)
    assert "start chatops rehearse --record once" in said(refused)
    recorded = rehearsed(folder, text, manner=Manner(records=True))
    assert (recorded.ending, recorded.ran) == (Ending.PASSED, ("ops.deploy",))
    assert recorded.kept is not None
    (kept,) = recorded.kept
    assert kept.action == "ops.deploy"
    assert isinstance(kept.result, dict)
    assert kept.result["stdout"] == "really api"


def test_a_secret_is_kept_masked(folder: Path) -> None:
    action = (
        "name: login\nrunner_type: local-shell-cmd\nparameters:\n"
        "  password: {type: string, secret: true}\n"
        "  cmd: {default: 'echo {{ password }}', immutable: true}\n"
    )
    alias = "name: login\naction_ref: ops.login\nformats: ['login {{ password }}']\n"
    ops_pack(folder / "packs", {"actions/login.yaml": action, "aliases/login.yaml": alias})
    text = "---\nrecord: true\n---\n[dm] ann: login hunter2secret\nbot: <...>\nbot: <...>\n"
    verdict = rehearsed(folder, text, manner=Manner(records=True))
    assert verdict.ending is Ending.PASSED
    assert verdict.kept is not None
    assert "hunter2" not in repr(verdict.kept)
    assert "********" in repr(verdict.kept)


@given(
    st.lists(
        st.sampled_from([*"ab<>|\\=.# \n\t:é…\x1b", "<id>", "<...>", "\n| ", "\\\\", "\u00a0"])
    ).map("".join),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12),
)
@examples(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_bot_says_the_updated_transcript_goes_like_that(
    folder: Path, stdout: str, app: str
) -> None:
    stub = json.dumps({"result": {"stdout": stdout}})
    text = f"---\nstubs: {{ops.deploy: {stub}}}\n---\n[#a] ann: !deploy {escaped(app)} to x\n"
    parsed = parse(text, file="a.chat")
    if parsed.errors or parsed.transcript is None:
        return
    verdict = rehearsed(folder, text)
    again = rehearsed(folder, updated(parsed.transcript, verdict))
    assert said(again) == ""
    assert again.problems == ()
