"""The ways through a format, and which messages take them."""

import pytest

from chatops_cli.aliases.branches import branches
from chatops_cli.aliases.subject import Subject


@pytest.mark.parametrize(
    ("form", "message", "taken", "missed"),
    [
        pytest.param("deploy {{ app }}", "deploy api", [], [], id="one way"),
        pytest.param(
            "(start|stop) {{ app }}", "stop api", ["'stop'"], ["'start'"], id="alternatives"
        ),
        pytest.param(
            "disk( usage)?( on {{ path=/ }})?",
            "disk on /var",
            ["without 'usage'", "with 'on {{ path }}'"],
            ["with 'usage'", "without 'on {{ path }}'"],
            id="parts",
        ),
        pytest.param(
            "dig {{ host }} {{ kind=A }}",
            "dig example.com",
            ["without '{{ kind }}'"],
            ["with '{{ kind }}'"],
            id="a value with a default",
        ),
        pytest.param(
            "show( (all|my))? hosts",
            "show my hosts",
            ["with 'all|my'", "'my'"],
            ["without 'all|my'", "'all'"],
            id="nested",
        ),
    ],
)
def test_a_message_takes_some_ways(
    form: str, message: str, taken: list[str], missed: list[str]
) -> None:
    found = branches(form, strict=False)
    subject = Subject(message)
    assert [branch.label for branch in found if branch.takes(subject)] == taken
    assert [branch.label for branch in found if not branch.takes(subject)] == missed
