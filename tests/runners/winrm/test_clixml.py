"""PowerShell's errors in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops_cli.runners.winrm.clixml import readable
from tests.support.powershell import clixml


@pytest.mark.parametrize(
    ("stderr", "said"),
    [
        ("", ""),
        ("plain <b>\n", "plain <b>\n"),
        ("#< CLIXML\r\n<Objs></Objs>", ""),
        (
            '#< CLIXML\r\n<S S="Error">a &lt; b_x000D__x000A_</S><S S="Warning">b_x000A_</S>',
            "a < b\r\nb",
        ),
        ('#< CLIXML\r\n<S S="verbose">no</S><S S="Error">yes</S>', "yes"),
        ('#< CLIXML\r\n<S S="Error">_xD83D__xDE00_ _x005F_x0041_</S>', "😀 _x0041_"),
        ('#< CLIXML\r\n<S S="Error">_xD83D_</S>', "\ufffd"),
    ],
)
def test_errors_and_warnings_are_words(stderr: str, said: str) -> None:
    assert readable(stderr) == said


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"])))
def test_what_was_said_comes_back(text: str) -> None:
    # What looks like an escaped character is escaped by PowerShell itself, and not by our stand-in.
    if "_x" not in text:
        assert readable(clixml(f"{text}\n")) == text.rstrip()


@settings(deadline=None)
@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert isinstance(readable(f"#< CLIXML\r\n{text}"), str)
