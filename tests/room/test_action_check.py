"""What an action may not say of its runner's parameters, and defaults in a circle, doctor tells."""

from pathlib import Path

from chatops_cli.errors import ExitCode
from tests.support.cli import invoke
from tests.support.packs import action_text, write_pack

OVERRIDES = "parameters: {cwd: {type: integer}, timeout: {type: integer, default: 5}}\n"
CIRCLE = "parameters: {a: {default: '{{ b }}'}, b: {default: '{{ a }}'}, c: {default: '{{'}}\n"


def test_actions_are_checked_by_their_runners(isolated: Path) -> None:
    files = {
        "actions/over.yaml": action_text("over", "local-shell-cmd", OVERRIDES),
        "actions/circle.yaml": action_text("circle", "noop", CIRCLE),
        "actions/other.yaml": action_text("other", "orquesta"),
    }
    write_pack(isolated / "packs", "t", files)
    (isolated / "chatops.yaml").write_text("packs: [packs]\nbundled: false\n")
    result = invoke("doctor")
    assert result.exit_code == ExitCode.PROBLEMS
    assert (
        "packs/t/actions/over.yaml:1:1: error[runner-parameter] action t.over overrides 'type' of "
        "the runner parameter 'cwd' (local-shell-cmd says 'string' there; " in result.stdout
    )
    assert (
        "packs/t/actions/circle.yaml:1:1: warning[default-circle] defaults of t.circle need each "
        "other in a circle: a → b → a (it runs where one of them is given)\n" in result.stdout
    )
    assert invoke("action", "run", "t.circle", "a=1").exit_code == ExitCode.OK
