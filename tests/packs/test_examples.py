"""The examples do what their comments say."""

import pytest

from chatops_cli.aliases.outcome import Matched
from chatops_cli.errors import ParameterError
from chatops_cli.model.execution import Execution, Status
from chatops_cli.rendering.replies import render_ack
from chatops_cli.rendering.templates import Templates
from tests.support import bundled


def typed(message: str) -> tuple[str, Execution]:
    """What the room runs for a message that means one execution: the alias, and how it went."""
    outcome = bundled.table().match(message)
    assert isinstance(outcome, Matched)
    (given,) = outcome.parameters
    alias = outcome.alias
    prepared = bundled.prepare(alias.action_ref, dict(given), fixed=alias.immutable_parameters)
    return alias.ref, bundled.run_prepared(prepared)


@pytest.mark.parametrize(
    ("message", "status", "said"),
    [
        ("example greet Ada", "succeeded", "Hello, Ada!"),
        ("example greet Ada times=2", "succeeded", "Hello, Ada!\nHello, Ada!"),
        ("example welcome Ada", "succeeded", "Welcome, Ada."),
        ("example is 8 even", "succeeded", "Yes: half of it is 4."),
        ("example is 7 even", "failed", "No, 7 is odd."),
        ("example stock of bolts", "succeeded", "35 of bolts, on A5 and B6."),
        ("example size large", "succeeded", "The size is large (no note)."),
        ("example size small note='$(id)'", "succeeded", "The size is small ($(id))."),
        (
            "example remind me to stretch",
            "succeeded",
            'I would say "stretch" in 10 minutes.',
        ),
        (
            "example remind me to stretch in 5 minutes",
            "succeeded",
            'I would say "stretch" in 5 minutes.',
        ),
        ("example bounce web", "succeeded", "I would restart web."),
        ("example turn web off and on again", "succeeded", "I would restart web."),
        (
            "example order chair colour=red count=3",
            "succeeded",
            "I would order 3 red chair.",
        ),
        ("example deploy web to staging", "succeeded", "I would deploy web to staging."),
        (
            "example report",
            "succeeded",
            "\nHosts: web1, web2, db1\nHealthy: 7\nIll: 1",
        ),
        (
            "example print 2 lines",
            "succeeded",
            "Here are 2 lines:\n```\nline 1\nline 2\n```",
        ),
        ("EX-12 is broken", "succeeded", "I would look up ticket 12."),
    ],
)
def test_an_example_answers(message: str, status: str, said: str) -> None:
    alias, execution = typed(message)
    assert (execution.status, bundled.said(alias, execution)) == (status, said)


def test_a_secret_is_shown_nowhere() -> None:
    alias, execution = typed("example sign in as ada")
    assert execution.status is Status.SUCCEEDED
    assert "battery" not in bundled.said(alias, execution)
    assert "signed in as ada with the password " in bundled.said(alias, execution)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("example size huge", "size"),
        ("example is seven even", "number"),
        ("example greet Ada times=9", "times"),
        ("example remind me to stretch in 0 minutes", "minutes"),
        ("example stock of \"a\" 'b'", "item"),
        ("example print 1000 lines", "count"),
    ],
)
def test_what_the_schema_does_not_permit_is_refused(message: str, reason: str) -> None:
    with pytest.raises(ParameterError, match=reason):
        typed(message)


def test_a_parameter_that_the_alias_fixes_stays_fixed() -> None:
    outcome = bundled.table().match("example deploy web to staging environment=production")
    assert not isinstance(outcome, Matched)


def test_too_slow_is_ended_in_time() -> None:
    alias, execution = typed("example slow")
    assert execution.status is Status.TIMEOUT
    assert bundled.said(alias, execution) == (
        "That took too long, and was ended. It had said: going to sleep"
    )


def test_a_failure_is_told_without_a_template() -> None:
    alias, execution = typed("example failure")
    assert execution.status is Status.FAILED
    said = bundled.said(alias, execution)
    assert "examples.failure failed with exit code 3" in said
    assert "there is no such thing" in said


def test_a_job_is_acknowledged_in_its_own_words() -> None:
    alias = bundled.alias("examples.job")
    execution = bundled.prepare("examples.job", {}).execution
    acknowledged = render_ack(alias, execution, templates=Templates(), web_url="https://x.org")
    assert acknowledged is not None
    assert acknowledged.text == f"Started as {execution.id}. Look it up in the history later."
    assert not alias.result.enabled
