"""Which hosts are meant by what somebody writes."""

from ipaddress import IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.errors import RunnerError
from chatops_cli.model.json import Json
from chatops_cli.runners.contract import Call
from chatops_cli.runners.remote.hosts import Host, read_bastion, read_hosts
from tests.support.calls import make_action, make_call


def call(**given: Json) -> Call:
    return make_call(make_action("remote-shell-cmd"), **given)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("web1", [("web1", 22, "web1")]),
        (" web1 , web2:2222,,", [("web1", 22, "web1"), ("web2", 2222, "web2")]),
        ("10.0.0.1:23", [("10.0.0.1", 23, "10.0.0.1")]),
        ("::1,[::2]:23,[::3]", [("::1", 22, "::1"), ("::2", 23, "::2"), ("::3", 22, "::3")]),
        ("[web1]:23", [("web1", 23, "web1")]),
        ("a,a,b:22,b", [("a", 22, "a"), ("b", 22, "b")]),
        ("a:1,a:2,[::1]:3,::1", [
            ("a", 1, "a:1"), ("a", 2, "a:2"), ("::1", 3, "[::1]:3"), ("::1", 22, "[::1]:22"),
        ]),
        ("fe80::1%eth0", [("fe80::1%eth0", 22, "fe80::1%eth0")]),
        ("bücher.example", [("bücher.example", 22, "bücher.example")]),
    ],
)  # fmt: skip
def test_hosts_are_read_in_order_each_once(
    written: str, expected: list[tuple[str, int, str]]
) -> None:
    found = read_hosts(call(hosts=written))
    assert [(host.name, host.port, host.label) for host in found] == expected


def test_the_port_is_for_hosts_that_name_none() -> None:
    found = read_hosts(call(hosts="a,b:22", port=2022))
    assert [host.port for host in found] == [2022, 22]
    assert [host.address for host in found] == ["[a]:2022", "b"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (None, "demo.act: no hosts are given"),
        (" , ", "demo.act: no hosts are given"),
        ("a:", "demo.act: the host 'a:' can't be used: '' is no port"),
        ("a:0", "demo.act: the host 'a:0' can't be used: '0' is no port"),
        ("a:65536", "demo.act: the host 'a:65536' can't be used: '65536' is no port"),
        ("a:b", "demo.act: the host 'a:b' can't be used: 'b' is no port"),
        ("a:²", "demo.act: the host 'a:²' can't be used: '²' is no port"),
        ("a:b:1", "demo.act: the host 'a:b:1' can't be used: that is no name or address"),
        ("[::1", "demo.act: the host '[::1' can't be used: its brackets are wrong"),
        ("[::1]22", "demo.act: the host '[::1]22' can't be used: its brackets are wrong"),
        ("bob@a", "demo.act: the host 'bob@a' can't be used: that is no name or address"),
        ("a b", "demo.act: the host 'a b' can't be used: that is no name or address"),
        ("$(id)", "demo.act: the host '$(id)' can't be used: that is no name or address"),
    ],
)  # fmt: skip
def test_what_can_be_no_host_is_refused(written: Json, expected: str) -> None:
    with pytest.raises(RunnerError) as caught:
        read_hosts(call(hosts=written))
    assert caught.value.message == expected


@pytest.mark.parametrize("port", [0, 70000, True, "22"])
def test_a_port_that_is_none_is_refused(port: Json) -> None:
    with pytest.raises(RunnerError, match="port must be from 1 to 65535, got"):
        read_hosts(call(hosts="a", port=port))


def test_a_bastion_has_a_port_of_its_own() -> None:
    assert read_bastion(call(bastion_host="gate:2200", port=9)) == Host(
        name="gate", port=2200, label="gate"
    )
    assert read_bastion(call(bastion_host=" ")) is None
    assert read_bastion(call()) is None


@given(
    st.one_of(
        st.from_regex(r"[a-z][a-z0-9.-]{0,20}", fullmatch=True),
        st.ip_addresses(v=4).map(str),
        st.ip_addresses(v=6).map(str),
    ),
    st.integers(min_value=1, max_value=65535),
)
def test_a_name_and_its_port_are_read_as_they_were_written(name: str, port: int) -> None:
    written = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
    (host,) = read_hosts(call(hosts=written))
    assert (host.name, host.port) == (name, port)


@given(st.text())
def test_any_text_gives_hosts_or_a_refusal(text: str) -> None:
    try:
        hosts = read_hosts(call(hosts=text))
    except RunnerError:
        return
    for host in hosts:
        assert host.name
        assert 0 < host.port < 65536
        if ":" in host.name:
            IPv6Address(host.name)
