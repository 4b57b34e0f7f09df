"""Security rules: what chat can put into a shell line, and what it can't."""

from pathlib import Path

import pytest

from tests.support.packs import alias_text, write_pack
from tests.support.validating import validate


def found(
    root: Path, cmd: str, host: str = "{type: string}", more: str = "", aliases: str = ""
) -> list[str]:
    """The security codes for an alias that gives `host` to a shell line."""
    action = (
        "name: go\nrunner_type: remote-shell-cmd\nparameters:\n"
        f"  host: {host}\n{more}  cmd: {{immutable: true, default: '{cmd}'}}\n"
    )
    files = {
        "actions/go.yaml": action,
        "aliases/go.yaml": alias_text("go", "web.go", "go to {{host}}") + aliases,
    }
    write_pack(root, "web", files)
    return [each.code for each in validate(root, "--select", "SEC")]


def test_a_value_that_gets_into_a_line_is_told(tmp_path: Path) -> None:
    """Directly, or through the default of another parameter."""
    assert found(tmp_path / "a", "ping {{ host }}") == ["SEC001"]
    assert found(tmp_path / "b", 'ping "{{host}}"') == ["SEC001"]
    assert found(tmp_path / "f", "ping {{ host | lower }}") == ["SEC001"]
    through = '  args: {type: string, default: "-c 1 {{host}}", immutable: true}\n'
    assert found(tmp_path / "c", "ping {{args}}", more=through) == ["SEC001"]


@pytest.mark.parametrize(
    ("cmd", "host"),
    [
        pytest.param("ping {{ host | shell_quote }}", "{type: string}", id="quoted"),
        pytest.param("ping {{ other }}", "{type: string}", id="another name"),
        pytest.param("ping {{ host }}", "{type: integer}", id="a number"),
        pytest.param("ping {{ host }}", "{type: string, enum: [a, b]}", id="one of a few"),
        pytest.param("ping {{ host }}", '{type: string, pattern: "^[a-z.-]+$"}', id="a pattern"),
    ],
)
def test_a_value_that_can_do_no_harm_is_not(tmp_path: Path, cmd: str, host: str) -> None:
    assert found(tmp_path, cmd, host) == []


def test_a_pattern_that_lets_anything_through_is_no_help(tmp_path: Path) -> None:
    """Nor is one that looks at a part of the text only."""
    assert found(tmp_path / "a", "ping {{host}}", '{type: string, pattern: "^.*$"}') == ["SEC001"]
    assert found(tmp_path / "b", "ping {{host}}", '{type: string, pattern: "[a-z]+"}') == ["SEC001"]
    assert found(tmp_path / "c", "ping {{host}}", '{type: string, pattern: "^a|b$"}') == ["SEC001"]


def test_what_an_alias_fixes_is_not_typed(tmp_path: Path) -> None:
    """So it can't do harm in the line."""
    write_pack(
        tmp_path,
        "web",
        {
            "aliases/up.yaml": alias_text("up", "core.local", "up")
            + "immutable_parameters: {cmd: uptime}\n"
        },
    )
    assert validate(tmp_path) == []
    write_pack(tmp_path, "other", {"aliases/a.yaml": alias_text("a", "core.local", "do {{cmd}}")})
    assert [each.code for each in validate(tmp_path, "--select", "SEC002")] == ["SEC002"]
