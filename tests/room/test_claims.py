"""A message is taken once, however often it arrives."""

from dataclasses import replace

from chatops_cli.room.claims import MemoryClaims
from tests.support.chat import make_message


def test_a_message_is_taken_once() -> None:
    claims = MemoryClaims()
    message = make_message("ping")
    assert [claims.claim(message) for _ in range(3)] == [True, False, False]
    assert claims.claim(replace(message, id="m2"))
    elsewhere = replace(message.principal, network="slack")
    assert claims.claim(replace(message, principal=elsewhere))


def test_an_edit_is_told_of_once_and_takes_the_message_with_it() -> None:
    claims = MemoryClaims()
    edit = make_message("ping db2", is_edited=True)
    assert [claims.claim(edit), claims.claim(edit)] == [True, False]
    assert claims.claim(replace(edit, text="ping db3"))
    assert not claims.claim(make_message("ping db1"))


def test_the_beginning_of_a_message_is_taken_beside_the_whole_of_it() -> None:
    claims = MemoryClaims()
    whole = make_message("deploy api to production")
    cut = replace(whole, text="deploy api to pro", is_cut=True)
    assert [claims.claim(cut), claims.claim(cut)] == [True, False]
    assert claims.claim(whole)
    assert not claims.claim(replace(cut, text="deploy"))


def test_what_was_released_can_be_taken_again() -> None:
    claims = MemoryClaims()
    for message in (make_message("ping"), make_message("ping db2", is_edited=True)):
        assert claims.claim(message)
        claims.release(message)
        assert claims.claim(message)


def test_the_oldest_are_forgotten() -> None:
    claims = MemoryClaims(limit=2)
    messages = [make_message("ping", message_id=f"m{number}") for number in range(3)]
    assert all(map(claims.claim, messages))
    assert [claims.claim(message) for message in (messages[2], messages[0])] == [False, True]
