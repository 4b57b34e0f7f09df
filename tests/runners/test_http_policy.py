"""Hosts by name, address and range, however they are spelled."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatops_cli.errors import RunnerError
from chatops_cli.model.json import Json
from chatops_cli.runners.http_policy import (
    HostRefusedError,
    make_policy,
    meanings,
    plain_name,
    read_address,
)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0X7F.0.0.1"),
        *("0177.0.0.1", "017700000001", "127.0.0.1.", "[::ffff:127.0.0.1]", "::ffff:7f00:1"),
        *("[64:ff9b::7f00:1]", "2002:7f00:1::", "::7f00:1", "0.0.0.0", "0", "[::ffff:0.0.0.0]"),
    ],
)
def test_a_denied_address_is_denied_in_each_spelling(host: str) -> None:
    with pytest.raises(HostRefusedError, match="is refused by url_hosts_blacklist"):
        make_policy(["127.0.0.1"], None).check_host(host)


@pytest.mark.parametrize(
    "host", ["127.0.0.2", "1.127.0.0", "256.1.1.1", "example.com", "::1", "127.0.0.1.org"]
)
def test_other_hosts_are_not_denied(host: str) -> None:
    make_policy(["127.0.0.1"], None).check_host(host)


@pytest.mark.parametrize(
    ("entry", "host"),
    [
        ("10.0.0.0/8", "10.200.3.4"),
        ("10.1.2.3/8", "[::ffff:10.9.9.9]"),
        ("::ffff:10.0.0.0/104", "10.0.0.1"),
        ("fc00::/7", "[fd12::1]"),
        ("169.254.0.0/255.255.0.0", "0xa9fea9fe"),
        ("::1", "[0:0:0:0:0:0:0:1]"),
        ("[::1]", "::"),
        ("fe80::/10", "fe80::1%lo"),
        ("localhost", "127.9.9.9"),
        ("LocalHost.", "[::1]"),
        ("Example.COM", "example.com."),
        ("bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "BÜCHER.example"),
        ("2130706433", "127.0.0.1"),
    ],
)
def test_a_range_or_a_name_is_denied(entry: str, host: str) -> None:
    with pytest.raises(HostRefusedError):
        make_policy([entry], None).check_host(host)


def test_only_allowed_hosts_are_reached() -> None:
    policy = make_policy(None, ["api.example.com", "192.0.2.0/28"])
    policy.check_host("API.example.com.")
    policy.check_host("192.0.2.15")
    policy.check_host("[::ffff:192.0.2.1]")
    for host in ("example.com", "x.api.example.com", "192.0.2.16", "[64:ff9b::c000:201]"):
        with pytest.raises(HostRefusedError, match="is not on url_hosts_whitelist"):
            policy.check_host(host)


def test_both_lists_hold() -> None:
    policy = make_policy(["192.0.2.7"], ["192.0.2.0/28", "api.example.com"])
    policy.check_host("192.0.2.6")
    with pytest.raises(HostRefusedError, match="refused by url_hosts_blacklist"):
        policy.check_host("192.0.2.7")
    with pytest.raises(HostRefusedError) as caught:
        policy.check_address("api.example.com", IPv4Address("192.0.2.7"))
    assert caught.value.message == (
        "host 'api.example.com', which is 192.0.2.7, is refused by url_hosts_blacklist"
    )


def test_no_list_refuses_nothing() -> None:
    lists: tuple[Json, ...] = (None, [])
    for empty in lists:
        policy = make_policy(empty, empty)
        policy.check_host("127.0.0.1")
        assert not policy.denies_addresses


@pytest.mark.parametrize(
    "entry",
    [
        *("example.com:80", "http://example.com", "a b", "", "*.example.com", "10.0.0.0/33", "x/y"),
        *(7, None, ["a"], "user@example.com", "ü" * 80),
    ],
)
@pytest.mark.parametrize("name", ["url_hosts_blacklist", "url_hosts_whitelist"])
def test_an_entry_that_could_mean_nothing_is_refused(entry: Json, name: str) -> None:
    lists: dict[str, Json] = {name: [entry]}
    with pytest.raises(RunnerError, match=f"^{name}: .* is no host name, address or range$"):
        make_policy(lists.get("url_hosts_blacklist"), lists.get("url_hosts_whitelist"))


@given(st.ip_addresses(v=4))
def test_all_ways_to_write_an_address_are_one(address: IPv4Address) -> None:
    number = int(address)
    a, b, c, d = address.packed
    ways = (
        str(address), str(number), hex(number), f"0{number:o}", f"0{a:o}.{b}.{c:#x}.{d}",
        f"{a}.{number & 0xFFFFFF}", f"::ffff:{address}", f"[::ffff:{a:02x}{b:02x}:{c:02x}{d:02x}]",
    )  # fmt: skip
    assert {read_address(way) for way in ways} == {address}


@given(st.ip_addresses())
def test_an_address_means_itself(address: IPv4Address | IPv6Address) -> None:
    assert next(meanings(address)) == address
    assert read_address(f"[{address}]") in set(meanings(address))


def test_a_tunnel_means_both_its_ends() -> None:
    teredo = IPv6Address("2001:0:4136:e378:8000:63bf:3fff:fdd2")
    assert IPv4Address("192.0.2.45") in set(meanings(teredo))


@given(st.text(max_size=30))
@example("[a...]")
def test_no_text_breaks_reading(text: str) -> None:
    read_address(text)
    if text.isascii():
        assert plain_name(plain_name(text)) == plain_name(text)
