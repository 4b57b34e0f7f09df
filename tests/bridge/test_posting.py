"""Where something is said that nobody has asked for, when there are several networks."""

from collections.abc import Mapping

import pytest

from chatops_cli.bridge.posting import Address, address_of
from chatops_cli.errors import NotFoundError

HEARD: Mapping[str, set[str]] = {"#ops": {"irc"}, "#all": {"irc", "slack"}, "#old": {"gone"}}


def heard_in(room: str) -> set[str]:
    return HEARD.get(room, set())


@pytest.mark.parametrize(
    ("room", "lines", "expected"),
    [
        pytest.param("#ops", ("irc", "slack"), Address(line="irc", room="#ops"), id="heard"),
        pytest.param(
            "slack:#ops", ("irc", "slack"), Address(line="slack", room="#ops"), id="named"
        ),
        pytest.param("#new", ("irc",), Address(line="irc", room="#new"), id="one line"),
        pytest.param("#old", ("irc",), Address(line="irc", room="#old"), id="its line is gone"),
        pytest.param("!a:b", ("irc",), Address(line="irc", room="!a:b"), id="a colon of its own"),
    ],
)
def test_the_room_is_that_of_one_line(room: str, lines: tuple[str, ...], expected: Address) -> None:
    assert address_of(room, lines, heard_in) == expected


@pytest.mark.parametrize("room", ["#all", "#new", "#old"])
def test_what_may_be_of_two_networks_is_posted_to_none(room: str) -> None:
    with pytest.raises(NotFoundError, match="not known which network") as told:
        address_of(room, ("slack", "irc"), heard_in)
    assert told.value.hint == f"write irc:{room} or slack:{room}"
