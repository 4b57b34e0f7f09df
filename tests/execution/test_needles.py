"""Which texts are looked for, where it is not plain from masking."""

import pytest

from chatops_cli.execution.masking import Masker


@pytest.mark.parametrize(
    ("secret", "shown", "masked"),
    [
        ("X-Auth-Token=12345678", "X-Auth-Token: 12345678", "X-Auth-Token: ********"),
        ("TOKEN=abc=defgh", '{"TOKEN": "abc=defgh"}', '{"TOKEN": "********"}'),
        ("pin=1234", "1234 rows, pin=1234", "1234 rows, ********"),
        ("two words=12345678", "12345678", "12345678"),
        ("a=true", "true", "true"),
    ],
)
def test_the_value_of_a_secret_header_is_secret_by_itself(
    secret: str, shown: str, masked: str
) -> None:
    assert Masker([secret]).text(shown) == masked
