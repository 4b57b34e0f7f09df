"""Traces of a running bridge, as a collector gets them by OTLP/HTTP."""

import asyncio
import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from chatops_cli.settings.telemetry import Telemetry
from chatops_cli.telemetry.opening import open_tracer
from tests.support.bridges import serving, until
from tests.support.collectors import Collector, collecting
from tests.support.packs import action_text, alias_text, write_pack

SECRET = "s3cret-of-hooks"
TYPED = "typed-by-ann"
WORD = "wordless"
PACK = {
    "actions/show.yaml": """\
        name: show
        runner_type: local-shell-cmd
        parameters:
          word: {type: string, required: true}
          token: {type: string, secret: true, default: wordless-token}
          cmd: {default: 'echo "$TRACEPARENT" >> {{ word }}', immutable: true}
    """,
    "actions/fail.yaml": """\
        name: fail
        runner_type: local-shell-cmd
        parameters: {cmd: {default: "echo wordless-result >&2; exit 3", immutable: true}}
    """,
    "actions/two.yaml": """\
        name: two
        runner_type: orquesta
        entry_point: workflows/two.yaml
        parameters: {word: {type: string, required: true}}
    """,
    "actions/workflows/two.yaml": """\
        version: 1.0
        input: [word]
        tasks:
          first:
            action: traced.show
            input: {word: <% ctx().word %>}
            next: [{when: <% succeeded() %>, do: second}]
          second:
            action: core.noop
    """,
    "actions/count.yaml": action_text("count", more="parameters: {number: {type: integer}}\n"),
    "aliases/count.yaml": alias_text("count", "traced.count", "count {{number}}"),
    "aliases/show.yaml": alias_text("show", "traced.show", "show {{word}}"),
    "aliases/fail.yaml": alias_text("fail", "traced.fail", "break it"),
    "aliases/two.yaml": alias_text("two", "traced.two", "two {{word}}"),
}
SETTINGS = """\
packs: [{folder}/packs]
bridge:
  http: {{listen: "127.0.0.1:0"}}
  networks:
    lines: {{type: jsonl, input: {folder}/in, output: {folder}/out}}
hooks:
  run:
    secret: "{{{{ env.SECRET }}}}"
    signature: token
    room: lines:#ops
    alias: traced.show
    parameters: {{word: "{{{{ body.word }}}}"}}
  say:
    secret: "{{{{ env.SECRET }}}}"
    signature: token
    room: lines:#ops
    text: "{{{{ body.word }}}}"
access:
  rules:
    - {{effect: allow, who: ["jsonl::ann", "hook::run"]}}
"""
FOREIGN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Lines:
    """A room of lines: what is said in it, and what the bot posts."""

    def __init__(self, folder: Path) -> None:
        write_pack(folder / "packs", "traced", PACK)
        os.mkfifo(folder / "in")
        # Held open: a pipe without a writer has ended.
        self.file = os.open(folder / "in", os.O_RDWR)
        self.ids = itertools.count(1)
        self.out = folder / "out"
        self.settings = SETTINGS.format(folder=folder)

    def say(self, text: str, user: str = "ann") -> None:
        said = {"user": user, "text": text, "room": "#ops", "id": f"m{next(self.ids)}"}
        os.write(self.file, json.dumps(said).encode() + b"\n")

    def posts(self) -> str:
        return self.out.read_text() if self.out.exists() else ""


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Lines]:
    made = Lines(tmp_path)
    yield made
    os.close(made.file)


async def traced(lines: Lines, home: Path, collector: Collector) -> list[str]:
    """The bridge at work on one of everything.

    It gives the traceparents that its actions were given, without their flags.
    """
    told = home / "told"
    tracer = open_tracer(
        Telemetry(endpoint=collector.url, headers={"x-key": "abc"}),
        environment={},
        follow=lambda text: text,
    )
    async with serving(
        home / "b", lines.settings, environment={"SECRET": SECRET}, tracer=tracer
    ) as service:
        await until(lambda: service.is_ready)
        lines.say(f"!count {TYPED}")
        lines.say(f"!show {told}")
        lines.say(f"!two {told}")
        lines.say("!break it")
        lines.say(f"!nothing {TYPED}")
        lines.say("!break it", user="eve")
        base = f"http://127.0.0.1:{service.reporting.port}/hooks"
        headers = {"Authorization": f"Bearer {SECRET}", "traceparent": FOREIGN}
        async with aiohttp.ClientSession() as session:
            for name, word in (("run", str(told)), ("say", f"{TYPED} hooked")):
                async with session.post(
                    f"{base}/{name}", json={"word": word}, headers=headers
                ) as answer:
                    assert answer.status == 202
            wrong = {**headers, "Authorization": "Bearer wrong"}
            async with session.post(f"{base}/run", json={"word": "x"}, headers=wrong) as answer:
                assert answer.status == 401
        await until(lambda: told.exists() and len(told.read_text().split()) == 3)
        await until(lambda: service.hall.taken == 7 and not service.hall.working)
        await service.delivery.settle()
    await asyncio.to_thread(tracer.close)
    return [line.rpartition("-")[0] for line in told.read_text().split()]


async def test_a_message_is_one_trace_from_its_arrival_to_its_replies(
    lines: Lines, tmp_path: Path
) -> None:
    async with collecting() as collector:
        traceparents = await traced(lines, tmp_path, collector)
    assert set(collector.paths) == {"/v1/traces"}
    assert all(each["x-key"] == "abc" for each in collector.headers)
    assert collector.resources[0]["service.name"] == "chatops"
    spans = {span.id: span for span in collector.spans}

    two = collector.one("execute traced.two")
    first = collector.one("execute traced.show", chatops_workflow_task="first")
    second = collector.one("execute core.noop", chatops_workflow_task="second")
    assert first.parent == second.parent == two.id
    assert first.attributes["chatops.execution.parent.id"] == two.attributes["chatops.execution.id"]
    root = spans[two.parent]
    assert (root.name, root.parent, root.kind) == ("process #ops", "", Span.SPAN_KIND_CONSUMER)
    assert {
        "messaging.system": "jsonl",
        "messaging.destination.name": "#ops",
        "messaging.message.id": "m3",
        "user.id": "ann",
        "chatops.line": "lines",
    }.items() <= root.attributes.items()
    below = [span for span in collector.spans if span.parent == root.id]
    assert [each.name for each in below if each.name != "send"] == [
        "match",
        "decide",
        "execute traced.two",
    ]
    sent = [each for each in below if each.name == "send"]
    assert all(each.kind == Span.SPAN_KIND_PRODUCER for each in sent)
    assert {each.attributes["chatops.reply.kind"] for each in sent} >= {"result"}
    assert {each.trace for each in (two, first, second, *below)} == {root.trace}
    assert f"00-{first.trace}-{first.id}" in traceparents
    assert root.seconds >= two.seconds >= first.seconds > 0


async def test_what_fails_is_marked_and_what_is_typed_is_not_told(
    lines: Lines, tmp_path: Path
) -> None:
    """No text, no parameter, no result, no secret; of errors their kind."""
    async with collecting() as collector:
        await traced(lines, tmp_path, collector)
    failed = collector.one("execute traced.fail")
    assert failed.is_error
    assert failed.attributes["error.type"] == "failed"
    assert failed.attributes["chatops.execution.status"] == "failed"
    refused = [each for each in collector.named("decide") if each.attributes.get("error.type")]
    assert [each.attributes["error.type"] for each in refused] == ["ParameterError"]
    outcomes = [each.attributes["chatops.match.outcome"] for each in collector.named("match")]
    assert sorted(map(str, outcomes)) == ["matched"] * 5 + ["none"]
    denied = [
        each
        for each in collector.named("decide")
        if each.attributes["chatops.decision.allowed"] is False
    ]
    assert len(denied) == 1
    everything = b"".join(collector.bodies)
    for text in (TYPED, WORD, SECRET, "told", "break it", "exit 3", "not allowed"):
        assert text.encode() not in everything, text


async def test_a_hook_continues_the_trace_of_who_calls_it(lines: Lines, tmp_path: Path) -> None:
    """Where it is signed: nobody else begins or continues one."""
    async with collecting() as collector:
        traceparents = await traced(lines, tmp_path, collector)
    _, trace, caller, _ = FOREIGN.split("-")
    taken = {
        str(each.attributes["chatops.hook"]): each
        for each in collector.spans
        if each.kind == Span.SPAN_KIND_SERVER
    }
    assert set(taken) == {"run", "say"}
    assert len(collector.named("POST /hooks/{name}")) == 2
    assert {(each.trace, each.parent) for each in taken.values()} == {(trace, caller)}
    (said,) = [each for each in collector.spans if each.parent == taken["say"].id]
    assert said.name == "send"
    (message,) = [each for each in collector.spans if each.parent == taken["run"].id]
    assert message.attributes["messaging.system"] == "hook"
    (execution,) = [
        each for each in collector.named("execute traced.show") if each.parent == message.id
    ]
    assert f"00-{trace}-{execution.id}" in traceparents
