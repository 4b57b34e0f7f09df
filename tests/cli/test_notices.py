"""What is said in other rooms, and what fails of it, beside the answer of a command."""

import os
from pathlib import Path

from chatops_cli.errors import ExitCode
from tests.support.cli import invoke
from tests.support.packs import action_text, alias_text, write_pack

NOTIFY = "notify: {on-complete: {routes: [ops, nowhere], message: done}}\n"


def write_site() -> None:
    files = {
        "actions/go.yaml": action_text("go", more=NOTIFY),
        "aliases/go.yaml": alias_text("go", "p.go", "go now"),
        "rules/hook.yaml": (
            "name: hook\nenabled: true\ntrigger: {type: core.st2.webhook}\naction: {ref: p.go}\n"
        ),
        "rules/off.yaml": (
            "name: 'off'\ntrigger: {type: core.st2.generic.notifytrigger}\naction: {ref: p.go}\n"
        ),
    }
    write_pack(Path("packs"), "p", files)
    Path("chatops.yaml").write_text("packs: packs\nroutes: {ops: {room: '#ops'}}\n")


def test_another_room_is_a_line_on_stderr() -> None:
    """The answer alone is on stdout, and a route that leads nowhere changes no exit code."""
    write_site()
    for arguments in (["run", "--no-ack", "go now"], ["action", "run", "p.go"]):
        result = invoke(*arguments)
        assert (result.exit_code, len(result.stdout.splitlines())) == (ExitCode.OK, 1)
        assert "#ops: done\n" in result.stderr
        assert "warning: nobody knows the route nowhere: " in result.stderr


def test_as_json_it_is_a_reply_of_its_kind() -> None:
    write_site()
    replies = invoke("run", "--json", "--no-ack", "go now").json_lines
    found = [(r["kind"], r["room"], r["text"]) for r in replies if isinstance(r, dict)]
    assert [kind for kind, _, _ in found] == ["result", "notice"]
    assert found[1] == ("notice", "#ops", "done")


TELL = """
from os import getppid
from pathlib import Path
from st2common.runners.base_action import Action

class Tell(Action):
    def run(self):
        with Path("parents").open("a") as file:
            print(getppid(), file=file)
"""


def test_one_message_makes_no_worker() -> None:
    """Not even where a rule runs a second Python action of the pack: the program ends with it."""
    files = {
        "actions/tell.py": TELL,
        "actions/tell.yaml": action_text("tell", "python-script", "entry_point: tell.py\n"),
        "actions/first.yaml": action_text(
            "first", "python-script", f"entry_point: tell.py\n{NOTIFY}"
        ),
        "rules/then.yaml": (
            "name: then\nenabled: true\ntrigger: {type: core.st2.generic.notifytrigger}\n"
            "action: {ref: p.tell}\n"
        ),
    }
    write_pack(Path("packs"), "p", files)
    Path("chatops.yaml").write_text("packs: packs\n")
    assert invoke("action", "run", "p.first").exit_code == ExitCode.OK
    own, *others = Path("parents").read_text().split()
    assert {own, *others} == {str(os.getpid())}
    assert others


def test_a_pack_shows_its_rules() -> None:
    write_site()
    shown = invoke("pack", "show", "p")
    line = "rules: hook (never fires here: core.st2.webhook), off (disabled)\n"
    assert line in shown.stdout
    detail = invoke("pack", "show", "p", "--json").json
    assert isinstance(detail, dict)
    assert detail["rules"] == [
        {
            "name": "hook",
            "trigger": "core.st2.webhook",
            "action": "p.go",
            "enabled": True,
            "fires": False,
        },
        {
            "name": "off",
            "trigger": "core.st2.generic.notifytrigger",
            "action": "p.go",
            "enabled": False,
            "fires": True,
        },
    ]


def test_the_audit_log_shows_what_was_told() -> None:
    write_site()
    invoke("run", "go now")
    lines = invoke("audit", "tail").stdout.splitlines()
    found = sorted(line.split("notification.")[1] for line in lines if "notification." in line)
    assert [line.split("  ")[0] for line in found] == ["failed", "sent"]
    assert found[0].endswith(
        " nobody knows the route nowhere: it is in no rule and not in the settings"
    )
    assert found[1].endswith(" ops: room #ops")
