"""A conductor is a value: the same events give the same commands, from a snapshot too."""

import json
from dataclasses import asdict

from hypothesis import given, settings
from hypothesis import strategies as st

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.execution import FINAL, Status
from chatops_cli.model.json import Json
from chatops_cli.workflows.conductor import Conductor
from chatops_cli.workflows.events import (
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
from tests.support.workflows import EXPRESSIONS, Driven, workflow_of

WORKFLOWS = [
    workflow_of(text)
    for text in (
        """
        input: [{xs: [1, 2, 3]}]
        vars: [{got: null}, {n: 0}]
        tasks:
          begin: {action: core.noop, next: [{do: [each, left, right]}]}
          each:
            with: {items: x in <% ctx(xs) %>, concurrency: 2}
            action: core.echo
            input: {message: <% item(x) %>}
            retry: {count: 1, delay: 3}
            next:
              - {when: <% succeeded() %>, publish: [{got: <% result() %>}], do: z}
              - {when: <% failed() %>, do: [clean, fail]}
          left: {action: core.ask, next: [{publish: [{left: <% result() %>}], do: z}]}
          right: {next: [{publish: [{n: <% ctx(n) + 1 %>}], do: z}]}
          clean: {action: core.noop}
          z: {join: 2, action: core.noop, next: [{when: <% ctx(n) < 4 %>, do: again}]}
          again:
            next: [{publish: [{n: <% ctx(n) + 1 %>}], do: [each, right]}]
        output: [{got: <% ctx(got) %>}, {n: <% ctx(n) %>}]
        """,
        """
        tasks:
          a: {action: core.noop, next: [{do: [x, b]}]}
          b: {action: core.noop, next: [{do: x}]}
          x: {action: core.noop, next: [{do: [m, n]}]}
          m: {action: core.noop, next: [{when: <% succeeded() %>, do: z}]}
          n: {action: core.noop, next: [{do: z}]}
          z: {join: all, action: core.echo, input: {message: <% task(m).result %>}}
        """,
    )
]
MOST = 30


def told(commands: tuple[Command, ...]) -> list[object]:
    return [(type(each).__name__, plain(each)) for each in commands]


def plain(command: Command) -> Json:
    shown = asdict(command) if not isinstance(command, End) else vars_of(command)
    loaded: Json = json.loads(json.dumps(shown))
    return loaded


def vars_of(command: End) -> dict[str, object]:
    return {"status": command.status, "output": command.output, "errors": command.errors}


class Drawn:
    """Events that fit where a workflow stands, drawn from what hypothesis chooses."""

    def __init__(self, data: st.DataObject) -> None:
        self._draw = data.draw
        self.running: list[Run] = []
        self.waiting: set[Run] = set()

    def heard(self, commands: tuple[Command, ...]) -> None:
        self.running += [each.run for each in commands if isinstance(each, RunAction)]

    def event(self, conductor: Conductor) -> Event:
        if conductor.status in FINAL and not self.running:
            tasks = st.sampled_from([(), ("begin",), ("a",), ("each", "z"), ("x",)])
            return Rerun(tasks=self._draw(tasks), reset_items=self._draw(st.booleans()))
        kinds = st.sampled_from(["end"] * 8 + ["wait", "pause", "resume", "cancel"])
        kind = self._draw(kinds) if self.running else "resume"
        if kind in {"pause", "resume", "cancel"}:
            return Wished(wish=Wish(kind))
        run = self._draw(st.sampled_from(self.running))
        if kind == "wait" and run not in self.waiting:
            self.waiting.add(run)
            return Waiting(run=run, status=Status.PENDING)
        self.running.remove(run)
        self.waiting.discard(run)
        good = [Status.SUCCEEDED] * 5
        status = self._draw(st.sampled_from([*good, Status.FAILED, Status.CANCELED]))
        return Finished(run=run, status=status, result={"of": run.task, "item": run.item})


@settings(max_examples=25, deadline=None)
@given(data=st.data(), which=st.sampled_from(range(len(WORKFLOWS))))
def test_from_a_snapshot_after_any_event_it_goes_on_the_same(
    data: st.DataObject, which: int
) -> None:
    """One is kept, one is brought back from JSON before each event: both say the same."""
    workflow = WORKFLOWS[which]
    kept, first = Conductor.begin(workflow, EXPRESSIONS, input={}, context={"st2": {"user": "x"}})
    drawn = Drawn(data)
    drawn.heard(first)
    for _ in range(MOST):
        state = stored(kept)
        brought = Conductor.restore(workflow, EXPRESSIONS, state)
        event = drawn.event(kept)
        commands, refused = applied(kept, event)
        again, refused_again = applied(brought, event)
        assert (told(again), refused_again) == (told(commands), refused)
        assert not refused or stored(kept) == state, "what is refused changes nothing"
        assert stored(brought) == stored(kept)
        drawn.heard(commands)
        if any(isinstance(command, End) for command in commands):
            # Only what waited for an answer is left, and is cancelled.
            assert drawn.waiting.issuperset(drawn.running)
            drawn.running.clear()
            drawn.waiting.clear()
        if not drawn.running:
            assert kept.status in FINAL or kept.status is Status.PAUSED, "it never just hangs"


def stored(conductor: Conductor) -> dict[str, Json]:
    loaded: dict[str, Json] = json.loads(json.dumps(conductor.snapshot()))
    return loaded


def applied(conductor: Conductor, event: Event) -> tuple[tuple[Command, ...], str]:
    """The commands, or why it was refused."""
    try:
        return conductor.apply(event), ""
    except ChatOpsError as error:
        return (), error.message


def test_a_snapshot_does_not_change_with_its_conductor() -> None:
    driven = Driven("""
        tasks:
          a: {action: core.noop, next: [{publish: [{x: 1}], do: b}]}
          b: {with: "<% list(1, 2) %>", action: core.noop}
    """).finish("a")
    state = driven.conductor.snapshot()
    text = json.dumps(state)
    driven.finish("b", item=0).fail("b", item=1)
    driven.rerun()
    assert json.dumps(state) == text
