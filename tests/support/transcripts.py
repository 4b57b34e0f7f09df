"""Transcripts written and rehearsed over packs that a test writes."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from chatops_cli.rehearsal.parse import parse
from chatops_cli.rehearsal.rehearse import Manner, Rehearsals
from chatops_cli.rehearsal.transcript import Transcript
from chatops_cli.rehearsal.verdict import Verdict
from chatops_cli.settings.load import bundled_packs
from chatops_cli.settings.values import Settings
from tests.support.packs import action_text, alias_text, write_pack

DEPLOY = """\
name: deploy
action_ref: ops.deploy
formats:
  - deploy {{ app }} to {{ stage }}
ack:
  enabled: false
result:
  format: "{{ execution.parameters.app }}: {{ execution.result.stdout }}{~}"
"""


def ops_pack(root: Path, files: Mapping[str, str] | None = None) -> Path:
    """A pack with one action of a shell, and an alias that answers in one line."""
    parameters = "parameters:\n  app: {type: string, required: true}\n  stage: {type: string}\n"
    command = "  cmd: {default: 'echo really {{ app }}', immutable: true}\n"
    content = {
        "actions/deploy.yaml": action_text("deploy", "local-shell-cmd", parameters + command),
        "aliases/deploy.yaml": DEPLOY,
        "actions/nothing.yaml": action_text("nothing"),
        "aliases/nothing.yaml": alias_text("nothing", "ops.nothing", "do nothing"),
    }
    return write_pack(root, "ops", {**content, **(files or {})})


def transcript(text: str) -> Transcript:
    """A transcript that must be in order."""
    parsed = parse(dedent(text), file="a.chat")
    assert parsed.problems == ()
    assert parsed.transcript is not None
    return parsed.transcript


def rehearsed(
    folder: Path, text: str, *, manner: Manner | None = None, name: str = "a.chat"
) -> Verdict:
    """How the rehearsal of a text went that stands in `folder`, with packs in ``folder/packs``."""
    file = folder / name
    file.write_text(dedent(text), encoding="utf-8")
    roots = (folder / "packs",) if (folder / "packs").is_dir() else (bundled_packs(),)
    settings = Settings(home=folder / "home", roots=roots)
    return Rehearsals(lambda _: settings, manner).rehearse(str(file))


def said(verdict: Verdict) -> str:
    """All that is not as expected, as text."""
    return "\n".join(
        "\n".join([f"{each.line}: {each.title}", *each.lines]) for each in verdict.mismatches
    )
