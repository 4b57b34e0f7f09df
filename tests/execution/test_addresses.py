"""Passwords in addresses are secrets, whatever a schema says."""

import time

import pytest

from chatops_cli.execution.addresses import address_secrets
from chatops_cli.model.json import Json


@pytest.mark.parametrize(
    ("value", "secrets"),
    [
        pytest.param("get https://ann:s3cret@h/x", {"s3cret"}, id="password"),
        pytest.param({"a": [1, "amqp://u:pw-1@h:5672"]}, {"pw-1"}, id="inside"),
        pytest.param("a://u:p1@h b://u:p2@h", {"p1", "p2"}, id="several"),
        pytest.param("https://u:a%40b@h", {"a%40b", "a@b"}, id="encoded"),
        pytest.param(
            "https://ghp_0123456789abcdefghij@h/x", {"ghp_0123456789abcdefghij"}, id="token"
        ),
        pytest.param("ssh://git@h/x https://ann@h http://h:80/a@b", set(), id="none"),
        pytest.param("ann:pw@h", set(), id="no address"),
        pytest.param(None, set(), id="nothing"),
    ],
)
def test_secrets_of_addresses(value: Json, secrets: set[str]) -> None:
    assert set(address_secrets(value)) == secrets


@pytest.mark.parametrize("text", ["a" * 500_000 + "://@", "://" * 200_000 + "@", "://a:" * 99_999])
def test_long_texts_take_no_longer(text: str) -> None:
    start = time.process_time()
    list(address_secrets(text))
    assert time.process_time() - start < 1
