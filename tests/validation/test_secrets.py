"""Rules about secrets: in answers, in values, and in the text of files."""

import json
import random
import string
from pathlib import Path

import pytest

from chatops_cli.validation.plain.tokens import tokens_in
from tests.support.cli import invoke
from tests.support.packs import alias_text, write_pack

LOGIN = """\
name: login
runner_type: noop
parameters:
  user: {type: string}
  password: {type: string, secret: true}
"""


def found(root: Path, files: dict[str, str]) -> list[str]:
    """``file:line:column code`` of what is told of the pack `web` with these files."""
    write_pack(root, "web", files)
    arguments = ("--select", "SEC101,SEC102,SEC103", "--format", "jsonl")
    result = invoke("validate", str(root), *arguments)
    assert result.exit_code == 0, result.stderr
    assert "hunter2" not in result.stdout
    shown = [json.loads(line) for line in result.stdout.splitlines()]
    return [
        f"{d['file'].removeprefix(f'{root}/web/')}:{d['line']}:{d['column']} {d['code']}"
        for d in shown
    ]


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("a {{ execution.parameters.password }}", ["6:38"]),
        ("{{ execution['parameters']['password'] | upper }}", ["6:39"]),
        ("{{ 'a' ~ execution.liveaction.parameters.password }}", ["6:53"]),
        ("{{ execution.parameters.password or 'none' }}", ["6:36"]),
        ("{{ execution.parameters.user if execution.parameters.password }}", []),
        ("{% if execution.parameters.password %}given{% endif %}", []),
        ("{{ execution.parameters.password is defined }}", []),
        ("{{ execution.parameters.password | length }}", []),
        ("{{ execution.parameters.password == '' }}", []),
        ("{{ execution.parameters.user }}", []),
        ("{% set execution = {'parameters': {}} %}{{ execution.parameters.password }}", []),
    ],
)
def test_a_secret_that_an_answer_writes_is_told(
    tmp_path: Path, template: str, told: list[str]
) -> None:
    """To ask for it is fine."""
    files = {
        "actions/login.yaml": LOGIN,
        "aliases/login.yaml": alias_text("login", "web.login", "login {{user}}")
        + f'ack:\n  format: "{template}"\n',
    }
    assert found(tmp_path, files) == [f"aliases/login.yaml:{each} SEC101" for each in told]


@pytest.mark.parametrize(
    ("value", "is_told"),
    [
        ("hunter2", True),
        ("'{{ st2kv.system.x }}'", False),
        ("''", False),
        ("null", False),
        ("'<the password>'", False),
        ("'********'", False),
        ("XXXX", False),
    ],
)
def test_a_value_of_a_secret_is_told(tmp_path: Path, value: str, *, is_told: bool) -> None:
    """Not what is read from elsewhere, nor what stands for one."""
    files = {"actions/a.yaml": LOGIN.replace("true}", f"true, default: {value}}}")}
    assert found(tmp_path, files) == (["actions/a.yaml:5:51 SEC102"] if is_told else [])


def test_secrets_get_their_values_in_many_places(tmp_path: Path) -> None:
    """A runner's parameters, configurations, formats, what aliases fix, and rules."""
    files = {
        "actions/login.yaml": LOGIN,
        "actions/other.yaml": "name: other\nrunner_type: remote-shell-cmd\nparameters:\n"
        "  password: {default: hunter2}\n  cmd: {default: uptime}\n",
        "config.schema.yaml": "login:\n  type: object\n  properties:\n    user: {type: string}\n"
        "    password: {type: string, secret: true, default: hunter2}\n",
        "aliases/a.yaml": alias_text("a", "web.login", "log {{user}}")
        + "immutable_parameters: {password: hunter2, user: hunter}\n",
        "aliases/b.yaml": alias_text("b", "web.login", "in {{user}} {{password=hunter2}}"),
        "rules/r.yaml": "name: r\ntrigger: {type: core.st2.webhook}\n"
        "action: {ref: web.login, parameters: {password: hunter2}}\n",
    }
    assert found(tmp_path, files) == [
        "actions/other.yaml:4:23 SEC102",
        "aliases/a.yaml:5:34 SEC102",
        "aliases/b.yaml:4:5 SEC102",
        "config.schema.yaml:5:53 SEC102",
        "rules/r.yaml:3:49 SEC102",
    ]


CHANCE = random.Random(6)  # texts that look like tokens, and are none


def made(count: int, letters: str = string.ascii_letters) -> str:
    """A text that nobody thought up. Not written down: programs look for such texts in files."""
    return "".join(CHANCE.choice(letters) for _ in range(count))


UPPER = "BCDGHJKLMNPQRSTUVWXYZ234567"
TOKENS = [
    f"xoxb-12345678901-{made(24)}",
    f"xoxp-12345678901-12345678901-{made(32, '0123456789abcdef')}",
    f"xapp-1-A012BCDEFG-123456789012-{made(64, '0123456789abcdef')}",
    f"https://hooks.slack.com/services/T02AB3CDE/B04FG5HIJ/{made(24)}",
    f"ghp_{made(36)}",
    f"github_pat_{made(70)}",
    f"glpat-{made(20)}",
    f"AKIA{made(16, UPPER)}",
    f"AIza{made(35)}",
    f"sk_live_{made(24)}",
    f"SG.{made(22)}.{made(43)}",
    f"sk-proj-{made(20)}T3BlbkFJ{made(20)}",
    f"sk-ant-api03-{made(80)}",
    f"npm_{made(36)}",
    f"pypi-AgEIcHlwaS5vcmc{made(60)}",
    f"123456789:AA{made(33)}",
    f"hvs.{made(24)}",
    f"-----BEGIN RSA PRIVATE KEY-----\\n{made(64)}\\n{made(64)}\\n",
    f"-----BEGIN PRIVATE KEY-----\n  {made(64)}\n  {made(30)}\n",
]


@pytest.mark.parametrize("token", TOKENS, ids=lambda text: text[:12])
def test_tokens_are_known_by_how_they_begin(token: str) -> None:
    """Once each."""
    (one,) = tokens_in(f'key = "{token}"\n'.encode())
    assert one.start >= len("key = ")


@pytest.mark.parametrize(
    "text",
    [
        "https://hooks.slack.com/services/<replace me>",
        "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
        "xoxb-your-token-goes-right-here-please",
        "xoxb-133155492256-xxx-yyyy",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "-----BEGIN PUBLIC KEY-----\n" + "Ab3dEf9h" * 8,
        f"highp_{'a1b2c3d4e5' * 4}",
    ],
)
def test_what_stands_for_a_token_is_none(text: str) -> None:
    assert list(tokens_in(text.encode())) == []


def test_tokens_are_found_in_files_of_any_kind(tmp_path: Path) -> None:
    """With line and column; the pack's tests, hidden files, binaries and links are passed over."""
    token = TOKENS[0]
    files = {
        "actions/post.py.txt": f"# é\nTOKEN = '{token}'\n",
        "etc/a.conf": token,
        "tests/a.py.txt": token,
        ".hidden": token,
        "a.bin": f"\0{token}",
    }
    root = tmp_path / "packs"
    write_pack(root, "web", files)
    (root / "web" / "link.txt").symlink_to(root / "web" / "etc" / "a.conf")
    assert found(root, {}) == ["actions/post.py.txt:2:10 SEC103", "etc/a.conf:1:1 SEC103"]
    (root / "web" / "etc" / "a.conf").chmod(0o000)
    assert found(root, {})[0] == "actions/post.py.txt:2:10 SEC103"
