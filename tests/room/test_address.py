"""Which messages are for the bot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.room.address import Addressing, call_of, command_of
from tests.support.chat import make_message

BOT = Addressing(name="opsbot", prefix="!")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("!deploy api", "deploy api", id="prefix"),
        pytest.param("  ! deploy api ", "deploy api", id="white space around"),
        pytest.param("@opsbot deploy api", "deploy api", id="at name"),
        pytest.param("@opsbot: deploy api", "deploy api", id="at name colon"),
        pytest.param("OpsBot: deploy  api", "deploy  api", id="case of the name, inner space kept"),
        pytest.param("opsbot, deploy api", "deploy api", id="name comma"),
        pytest.param("opsbot deploy api", None, id="talk about the bot"),
        pytest.param("@opsbots deploy", None, id="another's name"),
        pytest.param("deploy api", None, id="talk"),
        pytest.param("hey !deploy", None, id="prefix inside"),
        pytest.param("@opsbot", "", id="only the name"),
        pytest.param("!", "", id="only the prefix"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_in_a_channel(text: str, expected: str | None) -> None:
    """In a channel the bot must be called."""
    assert command_of(make_message(text, is_direct=False), BOT) == expected


@pytest.mark.parametrize("text", ["deploy api", "!deploy api", "@opsbot deploy api"])
def test_in_a_direct_message(text: str) -> None:
    """In a direct message nothing need be called, and may be."""
    assert command_of(make_message(text), BOT) == "deploy api"


def test_a_bot_without_prefix_or_name_hears_direct_messages_only() -> None:
    """Empty settings switch a way of calling off; they don't make every message a command."""
    silent = Addressing(name="", prefix="")
    assert command_of(make_message("deploy", is_direct=False), silent) is None
    assert command_of(make_message("deploy"), silent) == "deploy"


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    """No text raises, and what comes out is part of what came in."""
    command = command_of(make_message(text, is_direct=False), BOT)
    assert command is None or command in text


@pytest.mark.parametrize(
    "addressing",
    [BOT, Addressing(name="opsbot", prefix=""), Addressing(name="", prefix="bot, ")],
)
@pytest.mark.parametrize("is_direct", [True, False])
def test_what_people_are_told_to_say_is_heard(addressing: Addressing, is_direct: bool) -> None:
    """Where it is told; in a direct message nothing stands before it."""
    text = f"{call_of(addressing, is_direct=is_direct)}answer yes"
    assert command_of(make_message(text, is_direct=is_direct), addressing) == "answer yes"
    assert text.startswith("answer") is is_direct
