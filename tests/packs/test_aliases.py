"""What people type means one bundled command, and the right one."""

import pytest

from chatops_cli.aliases.outcome import Matched, Unmatched
from chatops_cli.model.alias import Alias
from tests.support import bundled
from tests.support.samples import display_messages, messages

VALUES = {
    "app": "web",
    "by": "memory",
    "cmd": "uptime",
    "count": "3",
    "file": "syslog",
    "host": "db1.example.com",
    "hostname": "www.example.com",
    "item": "blue chair",
    "lines": "5",
    "max_pause": "2",
    "message": "hello there",
    "minutes": "5",
    "name": "nginx",
    "nameserver": "192.0.2.53",
    "number": "8",
    "pack": "web",
    "packs": "web",
    "path": "/var/log",
    "port": "443",
    "query": "chat",
    "querytype": "MX",
    "seconds": "2",
    "service": "sshd",
    "size": "large",
    "task": "stretch my legs",
    "ticket": "7",
    "user": "ada",
    "zone": "new york",
}
"""What a person might type for each parameter."""

ORDINARY = [
    pytest.param(alias, id=alias.ref)
    for alias in bundled.catalog().aliases
    if alias.enabled and not any(form.match_multiple for form in alias.formats)
]


def samples(alias: Alias) -> list[str]:
    found = [text for form in alias.formats for text in display_messages(form.display, VALUES)]
    for form in alias.formats:
        for representation in form.representations:
            found += messages(representation.text, VALUES)
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("alias", ORDINARY)
def test_each_way_to_say_it_means_this_alias_alone(alias: Alias) -> None:
    assert samples(alias)
    for message in samples(alias):
        outcome = bundled.table().match(message)
        assert isinstance(outcome, Matched), message
        assert outcome.alias.ref == alias.ref, message


@pytest.mark.parametrize("alias", ORDINARY)
def test_each_way_to_say_it_gives_parameters_that_the_action_takes(alias: Alias) -> None:
    for message in samples(alias):
        outcome = bundled.table().match(message)
        assert isinstance(outcome, Matched)
        for given in outcome.parameters:
            prepared = bundled.prepare(
                alias.action_ref, dict(given), fixed=alias.immutable_parameters
            )
            assert prepared.execution.action_ref == alias.action_ref


@pytest.mark.parametrize(
    ("message", "alias", "parameters"),
    [
        ("disk usage on /", "linux.disk", {"path": "/"}),
        ("disk usage", "linux.disk", {"path": "/"}),
        ("Disk Usage on /Var", "linux.disk", {"path": "/Var"}),
        ("how full is /home", "linux.disk", {"path": "/home"}),
        ("top 5 processes by memory", "linux.processes", {"count": "5", "by": "memory"}),
        ("top processes", "linux.processes", {"count": "10", "by": "cpu"}),
        ("is nginx running", "linux.process", {"name": "nginx"}),
        ("what is listening on port 80", "linux.ports", {"port": "80"}),
        ("dig example.com", "linux.dig", {"hostname": "example.com", "querytype": "A"}),
        ("dig example.com MX", "linux.dig", {"hostname": "example.com", "querytype": "MX"}),
        (
            "dig example.com at 192.0.2.53",
            "linux.dig",
            {"hostname": "example.com", "querytype": "A", "nameserver": "192.0.2.53"},
        ),
        ("ping db1 5 times", "linux.ping", {"host": "db1", "count": "5"}),
        ("ping", "chatops.ping", {}),
        ("version", "chatops.about", {}),
        ("kernel version", "linux.system", {}),
        ("what time is it in new york", "linux.time", {"zone": "new york"}),
        ("biggest folders in /var", "linux.folders", {"count": "10", "path": "/var"}),
        ("echo disk usage", "core.echo", {"message": "disk usage"}),
        (
            "example order chair colour=red count=3",
            "examples.order",
            {"item": "chair", "colour": "red", "count": "3"},
        ),
    ],
)
def test_a_message_means_its_alias_with_its_parameters(
    message: str, alias: str, parameters: dict[str, str]
) -> None:
    outcome = bundled.table().match(message)
    assert isinstance(outcome, Matched)
    assert (outcome.alias.ref, outcome.parameters) == (alias, (parameters,))


def test_a_message_with_several_tickets_gives_an_execution_for_each() -> None:
    outcome = bundled.table().match("EX-12 repeats EX-7, not WEX-3")
    assert isinstance(outcome, Matched)
    assert outcome.alias.ref == "examples.ticket"
    assert outcome.parameters == ({"ticket": "12"}, {"ticket": "7"})


@pytest.mark.parametrize(
    "message",
    [
        "shell id",
        "tail syslog",
        "ping from device db1: db2",
        "ping db1 count 2",
        "the disk usage is awful",
        "run uptime",
        "local id",
        "memory leak",
    ],
)
def test_other_messages_mean_nothing(message: str) -> None:
    assert isinstance(bundled.table().match(message), Unmatched)


@pytest.mark.parametrize("alias", bundled.catalog().aliases, ids=lambda alias: alias.ref)
def test_help_can_show_an_alias(alias: Alias) -> None:
    assert alias.description
    assert not alias.description.endswith(".")
    for form in alias.formats:
        assert not set("()?\\") & set(form.display)
