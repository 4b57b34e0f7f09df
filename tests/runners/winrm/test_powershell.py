"""PowerShell text: values are values there, the same, and never code; and how a text travels."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops_cli.errors import RunnerError
from chatops_cli.model.json import Json
from chatops_cli.rendering.filters.powershell import powershell_quote
from chatops_cli.runners.winrm.powershell import command_of, script_text
from tests.support.calls import make_action, make_call
from tests.support.powershell import Arguments, received, text_of

TEXT = st.text(
    st.one_of(
        st.sampled_from("'\u2018\u2019\u201a\u201b\"\u201c\u201d`$();&|{}@%#\n\r "),
        st.characters(codec="utf-8", exclude_characters="\0"),
    )
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(VALUES, max_size=4))
def test_values_come_back_one_by_one(values: list[Json]) -> None:
    assert Arguments(" ".join(map(powershell_quote, values))).all() == values


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("it's", "'it''s'"),
        ("$(calc); `x", "'$(calc); `x'"),
        ("a\u2019; calc; \u2019", "'a\u2019\u2019; calc; \u2019\u2019'"),
        (None, "$null"),
        (-1.5, "-1.5"),
        ({"a b": [True, False]}, "@{'a b' = @($true, $false)}"),
    ],
)
def test_a_value_is_written_so(value: Json, written: str) -> None:
    assert powershell_quote(value) == written


@pytest.mark.parametrize("value", ["a\0b", ["a\0b"]])
def test_a_nul_is_refused(value: Json) -> None:
    call = replace(make_call(make_action("winrm-ps-script")), parameters={"p": value})
    with pytest.raises(RunnerError, match="an argument can't be given: PowerShell takes no text"):
        script_text(call, "echo")


def test_half_a_character_is_refused() -> None:
    with pytest.raises(RunnerError, match="the text at 2 is no character"):
        command_of("ab\ud800", is_hidden=True)


def test_a_short_text_stands_on_the_command_line() -> None:
    line, stdin = command_of("Get-Date # Grüße", is_hidden=False)
    assert (text_of(line), stdin) == ("Get-Date # Grüße", b"")


@pytest.mark.parametrize(("text", "is_hidden"), [("secret Grüße", True), ("x" * 100_000, False)])
def test_a_secret_or_long_text_goes_in_by_stdin(text: str, is_hidden: bool) -> None:
    line, stdin = command_of(text, is_hidden=is_hidden)
    assert text_of(line) == (
        "& ([ScriptBlock]::Create([Text.Encoding]::UTF8.GetString("
        "[Convert]::FromBase64String(-join @($input)))))"
    )
    assert received(text_of(line), stdin) == text
    assert stdin.isascii()
