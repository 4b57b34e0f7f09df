"""A chain at work: one task after the other, with what each gave for the next."""

import json
from textwrap import dedent

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.rendering.templates import Templates
from chatops_cli.workflows.case import WorkflowStateError
from chatops_cli.workflows.chain.conductor import ChainConductor
from chatops_cli.workflows.definition.chain import read_chain
from chatops_cli.workflows.events import (
    Changed,
    Command,
    End,
    Event,
    Finished,
    Rerun,
    Run,
    RunAction,
    Waiting,
    Wish,
    Wished,
)

TWO = """
    chain:
      - {name: a, ref: core.a, parameters: {host: "{{ host }}"}, on-success: b, on-failure: c}
      - {name: b, ref: core.b, parameters: {of: "{{ a.stdout }}", n: "{{ results.a.n }}"}}
      - {name: c, ref: core.c, parameters: {seen: ["{{a}}", {deep: "{{ host }}!"}]}}
"""


class Driven:
    """A chain at work, which goes through a snapshot before each event."""

    def __init__(self, text: str, *, shows: bool = True, **parameters: Json) -> None:
        found = read_chain(dedent(text).encode(), file="c.yaml", name="test.c")
        assert found.chain is not None
        self.chain = found.chain
        self.templates = Templates()
        self.running: RunAction | None = None
        self.log: list[Command] = []
        self.conductor, commands = ChainConductor.begin(
            self.chain,
            self.templates,
            parameters=parameters,
            context={"action_context": {"parent": {"user": "ann"}}},
            display_published=shows,
        )
        self._heard(commands)

    def _heard(self, commands: tuple[Command, ...]) -> None:
        self.log += commands
        for command in commands:
            if isinstance(command, RunAction):
                self.running = command

    def tell(self, event: Event) -> None:
        state = json.loads(json.dumps(self.conductor.snapshot()))
        context = {"action_context": {"parent": {"user": "ann"}}}
        self.conductor = ChainConductor.restore(self.chain, self.templates, state, context=context)
        self._heard(self.conductor.apply(event))

    def finish(self, result: Json = None, status: Status = Status.SUCCEEDED) -> "Driven":
        assert self.running is not None
        run, self.running = self.running.run, None
        self.tell(Finished(run=run, status=status, result=result))
        return self

    def wait(self, status: Status = Status.PENDING) -> "Driven":
        assert self.running is not None
        self.tell(Waiting(run=self.running.run, status=status))
        return self

    @property
    def task(self) -> str | None:
        return None if self.running is None else self.running.run.task

    @property
    def told(self) -> list[str]:
        return [
            f"end {each.status}" if isinstance(each, End) else str(each.status)
            for each in self.log
            if isinstance(each, End | Changed)
        ]

    @property
    def error(self) -> Json:
        return self.conductor.output.get("error")


def test_what_follows_a_success_sees_what_was_given_before() -> None:
    driven = Driven(TWO, host="web1")
    assert driven.running is not None
    assert (driven.running.action, driven.running.input) == ("core.a", {"host": "web1"})
    driven.finish({"stdout": "up", "n": 3})
    assert driven.running is not None
    assert driven.running.input == {"of": "up", "n": "3"}
    driven.finish("done")
    assert driven.told == ["running", "end succeeded"]
    assert driven.conductor.output == {
        "tasks": [
            {"id": "a", "name": "a", "state": "succeeded", "result": {"stdout": "up", "n": 3}},
            {"id": "b", "name": "b", "state": "succeeded", "result": "done"},
        ],
        "published": {},
    }


@pytest.mark.parametrize("status", [Status.FAILED, Status.TIMEOUT, Status.ABANDONED])
def test_what_follows_a_failure_decides_how_the_chain_ends(status: Status) -> None:
    driven = Driven(TWO, host="web1").finish({"stderr": "no"}, status)
    assert driven.running is not None
    assert driven.running.input == {"seen": [{"stderr": "no"}, {"deep": "web1!"}]}
    assert driven.finish().told[-1] == "end succeeded"


@pytest.mark.parametrize(
    ("status", "end"),
    [
        (Status.FAILED, "end failed"),
        (Status.TIMEOUT, "end timeout"),
        (Status.ABANDONED, "end failed"),
        (Status.CANCELED, "end canceled"),
    ],
)
def test_a_chain_ends_as_its_last_task_did(status: Status, end: str) -> None:
    assert Driven("chain: [{name: a, ref: core.a}]").finish(None, status).told[-1] == end


PUBLISHING = """
    vars: {greeting: "hello {{ host }}", count: 3, deep: {k: ["{{ host }}"]}}
    chain:
      - name: a
        ref: core.a
        publish: {got: "{{ a.stdout }}", whole: {a: "{{a}}"}, n: 5}
        on-success: b
      - name: b
        ref: core.b
        parameters: {x: "{{ greeting }} {{ got }} {{ count }} {{ deep.k[0] }} {{ n }}"}
"""


def test_variables_and_what_is_published_are_seen_by_those_that_follow() -> None:
    driven = Driven(PUBLISHING, host="web1").finish({"stdout": "up"})
    assert driven.running is not None
    assert driven.running.input == {"x": "hello web1 up 3 web1 5"}
    assert driven.conductor.output["published"] == {
        "got": "up",
        "whole": {"a": {"stdout": "up"}},
        "n": "5",
    }


def test_what_was_published_is_told_only_where_that_is_wanted() -> None:
    driven = Driven(PUBLISHING, shows=False, host="web1").finish({"stdout": "up"})
    assert "published" not in driven.conductor.output


def test_the_context_of_the_driver_is_seen() -> None:
    driven = Driven(
        """
        chain:
          - {name: a, ref: core.a, parameters: {u: "{{ action_context.parent.user }}", n: 1}}
        """
    )
    assert driven.running is not None
    assert driven.running.input == {"u": "ann", "n": 1}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param(
            "vars: {x: '{{ nothing }}'}\nchain: [{name: a, ref: core.a}]",
            "the variables of the chain can't be rendered: x: ",
            id="variables",
        ),
        pytest.param(
            "chain: [{name: a, ref: core.a, parameters: {p: '{{ nothing }}'}}]",
            "the parameters of task 'a' can't be rendered: p: ",
            id="parameters",
        ),
        pytest.param(
            "chain: [{name: a, ref: core.a, publish: {p: '{{ nothing }}'}}]",
            "what task 'a' publishes can't be rendered: p: ",
            id="what is published",
        ),
        pytest.param(
            "chain: [{name: a, ref: core.a, on-success: '{{ nothing }}'}]",
            "what comes after task 'a' can't be rendered: ",
            id="what comes next",
        ),
        pytest.param(
            "chain: [{name: a, ref: core.a, on-success: '{{ \"x\" }}y'}]",
            "after task 'a' comes 'xy', and there is no such task",
            id="no such task",
        ),
    ],
)
def test_what_is_wrong_with_the_chain_ends_it(text: str, error: str) -> None:
    driven = Driven(text)
    if driven.running is not None:
        driven.finish()
    assert driven.told[-1] == "end failed"
    assert str(driven.error).startswith(error)
    assert driven.conductor.errors == ({"type": "error", "message": driven.error},)


def test_the_name_of_what_comes_next_may_be_a_template() -> None:
    driven = Driven(
        """
        chain:
          - {name: a, ref: core.a, on-success: "{{ a.next }}"}
          - {name: b, ref: core.b}
        """
    )
    assert driven.finish({"next": "b"}).task == "b"


def test_a_chain_may_go_round() -> None:
    driven = Driven(
        """
        default: a
        chain:
          - {name: a, ref: core.a, on-success: a}
        """
    )
    for _ in range(50):
        driven.finish()
    assert driven.running is not None
    assert driven.running.run == Run(task="a", number=50)


def test_paused_it_starts_nothing_and_resumed_it_goes_on() -> None:
    driven = Driven(TWO, host="x")
    driven.tell(Wished(wish=Wish.PAUSE))
    driven.finish({"stdout": "", "n": 1})
    assert driven.told[-1] == "paused"
    driven.tell(Wished(wish=Wish.RESUME))
    assert driven.task == "b"
    assert driven.told == ["running", "pausing", "paused", "running"]


def test_paused_at_its_last_task_it_ends_when_it_is_resumed() -> None:
    driven = Driven("chain: [{name: a, ref: core.a}]")
    driven.tell(Wished(wish=Wish.PAUSE))
    driven.finish(None, Status.FAILED)
    driven.tell(Wished(wish=Wish.RESUME))
    assert driven.told == ["running", "pausing", "paused", "end failed"]


def test_cancelled_it_waits_for_what_runs_and_starts_nothing_more() -> None:
    driven = Driven(TWO, host="x")
    driven.tell(Wished(wish=Wish.CANCEL))
    driven.finish({"stdout": "", "n": 1})
    assert (driven.task, driven.told) == (None, ["running", "canceling", "end canceled"])


def test_a_question_pauses_it_until_it_is_answered() -> None:
    driven = Driven(TWO, host="x").wait()
    assert driven.finish({"stdout": "", "n": 1}).task == "b"
    assert driven.told == ["running", "paused", "running"]


def test_an_answer_does_not_resume_what_somebody_paused() -> None:
    driven = Driven(TWO, host="x").wait()
    driven.tell(Wished(wish=Wish.PAUSE))
    driven.finish({"stdout": "", "n": 1})
    assert (driven.task, driven.conductor.status) == (None, Status.PAUSED)


def test_cancelled_while_a_question_waits_it_ends_at_once() -> None:
    driven = Driven(TWO, host="x").wait()
    driven.tell(Wished(wish=Wish.CANCEL))
    assert driven.told[-1] == "end canceled"
    driven.finish({})
    assert driven.told[-1] == "end canceled", "too late"


def test_a_workflow_in_it_that_is_paused_goes_on_with_it() -> None:
    driven = Driven(TWO, host="x").wait(Status.PAUSED)
    driven.tell(Wished(wish=Wish.RESUME))
    assert driven.conductor.status is Status.RUNNING
    driven.wait(Status.RUNNING)
    assert driven.finish({"stdout": "", "n": 1}).task == "b"


def test_what_does_not_fit_is_refused() -> None:
    driven = Driven(TWO, host="x")
    assert driven.running is not None
    run = driven.running.run
    for event, why in (
        (Rerun(), "as a whole"),
        (Wished(wish=Wish.RESUME), "not paused"),
        (Finished(run=run, status=Status.RUNNING), "no action has ended running"),
        (Waiting(run=run, status=Status.FAILED), "no action waits failed"),
        (Finished(run=Run(task="b", number=0), status=Status.FAILED), "has started no run"),
        (Finished(run=Run(task="a", number=4), status=Status.FAILED), "has started no run"),
    ):
        with pytest.raises(WorkflowStateError, match=why):
            driven.tell(event)
    driven.tell(Wished(wish=Wish.CANCEL))
    with pytest.raises(WorkflowStateError, match="being cancelled"):
        driven.tell(Wished(wish=Wish.PAUSE))
    driven.finish()
    with pytest.raises(WorkflowStateError, match="has ended"):
        driven.tell(Wished(wish=Wish.CANCEL))
