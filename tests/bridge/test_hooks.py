"""Hooks: other programs say and run things, signed, once; requests go to a running bridge."""

import asyncio
import hashlib
import hmac
import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.bridge.service import Service
from chatops_cli.bridge.web import server
from chatops_cli.bridge.web.signatures import TOLERANCE, UnsignedError, signed, verified
from chatops_cli.model.hook import Scheme
from chatops_cli.room.opening import now
from tests.support.bridges import serving, until
from tests.support.cli import invoke

SETTINGS = """\
bridge:
  http: {{listen: "127.0.0.1:0"}}
  networks:
    lines: {{type: jsonl, input: {folder}/in, output: {folder}/out}}
hooks:
  say:
    secret: "{{{{ env.SECRET }}}}"
    signature: token
    room: lines:#alerts
    when: "{{{{ body.status }}}}"
    text: "{{{{ body.name }}}} is {{{{ body.status }}}}"
  run:
    secret: "{{{{ env.SECRET }}}}"
    room: lines:#ops
    alias: core.echo
    parameters: {{message: "{{{{ body.what }}}}"}}
  git:
    secret: "{{{{ env.SECRET }}}}"
    signature: github
    room: lines:#ops
    text: "pushed {{{{ body.ref }}}}"
  forbidden:
    secret: "{{{{ env.SECRET }}}}"
    signature: token
    room: lines:#ops
    alias: core.echo
    parameters: {{message: no}}
  unknown:
    secret: "{{{{ env.SECRET }}}}"
    signature: token
    room: lines:#ops
    alias: core.nothing
  unkept: {{secret: "{{{{ env.NOT_THERE }}}}", signature: token, room: "lines:#ops", text: x}}
access:
  rules:
    - {{effect: allow, who: ["hook::run", "hook::unknown"]}}
"""
SECRET = "s3cret-of-hooks"
TOKEN = {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/json"}
NOW = datetime(2026, 5, 4, tzinfo=UTC)


class Lines:
    """The posts of the bridge, and requests to it."""

    def __init__(self, folder: Path) -> None:
        os.mkfifo(folder / "in")
        # Held open: a pipe without a writer has ended.
        self.file = os.open(folder / "in", os.O_RDWR)
        self.out = folder / "out"
        self.settings = SETTINGS.format(folder=folder)

    def posts(self) -> list[tuple[str, str]]:
        lines = self.out.read_text().splitlines() if self.out.exists() else []
        return [(post["room"], post["text"]) for post in map(json.loads, lines)]


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Lines]:
    made = Lines(tmp_path)
    yield made
    os.close(made.file)


async def post(
    service: Service, name: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, dict[str, object]]:
    await until(lambda: service.is_ready)
    url = f"http://127.0.0.1:{service.reporting.port}/hooks/{name}"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=headers) as answer,
    ):
        found: dict[str, object] = await answer.json()
        return answer.status, found


def standard(body: bytes, number: str = "n1", secret: str = SECRET) -> dict[str, str]:
    return {**signed(secret, number, body, now()), "Content-Type": "application/json"}


async def test_a_text_is_said_once(lines: Lines, tmp_path: Path) -> None:
    """Where the condition holds; and what was sent is data, whatever it looks like."""
    body = json.dumps({"name": "{{ 7 * 7 }} {{ headers }}", "status": "down"}).encode()
    headers = {**TOKEN, "Idempotency-Key": "k1"}
    async with serving(tmp_path / "b", lines.settings, environment={"SECRET": SECRET}) as service:
        assert await post(service, "say", body, headers) == (
            202,
            {"id": "k1", "taken": True, "new": True},
        )
        assert (await post(service, "say", body, headers))[1]["new"] is False
        quiet = json.dumps({"name": "x", "status": "no"}).encode()
        assert (await post(service, "say", quiet, TOKEN))[1]["taken"] is False
        await until(lambda: len(lines.posts()) > 0)
        form = {**TOKEN, "Content-Type": "application/x-www-form-urlencoded"}
        assert (await post(service, "say", b"name=web&status=up+again", form))[0] == 202
        await until(lambda: len(lines.posts()) > 1)
    assert lines.posts() == [
        ("#alerts", "{{ 7 * 7 }} {{ headers }} is down"),
        ("#alerts", "web is up again"),
    ]


async def test_an_alias_is_run_as_the_hook(lines: Lines, tmp_path: Path) -> None:
    """Once for each delivery, by the rules, on record; its parameters are values, not words."""
    body = json.dumps({"what": "a; !echo b"}).encode()
    async with serving(tmp_path / "b", lines.settings, environment={"SECRET": SECRET}) as service:
        assert (await post(service, "run", body, standard(body)))[1]["new"] is True
        assert (await post(service, "run", body, standard(body)))[1]["new"] is False
        await until(lambda: ("#ops", "a; !echo b") in lines.posts())
        assert (await post(service, "forbidden", b"{}", TOKEN))[0] == 202
        await until(lambda: any("may not run" in text for _, text in lines.posts()))
        assert (await post(service, "unknown", b"{}", TOKEN))[0] == 202
        await until(lambda: any("no alias core.nothing" in text for _, text in lines.posts()))
    records = [
        json.loads(line)
        for file in (tmp_path / "b" / "state" / "audit").glob("*.jsonl")
        for line in file.read_text().splitlines()
    ]
    requested = [each for each in records if each["event"] == "execution.requested"]
    assert [each["principal"]["user"] for each in requested] == ["run"]
    assert requested[0]["principal"]["network"] == "hook"
    assert SECRET not in str(records)


async def test_what_was_taken_is_done_after_a_restart(lines: Lines, tmp_path: Path) -> None:
    body = json.dumps({"what": "later"}).encode()
    async with serving(tmp_path / "b", lines.settings, environment={"SECRET": SECRET}) as service:
        await until(lambda: service.is_ready)
        service.hall.is_closing = True
        assert (await post(service, "run", body, standard(body)))[0] == 202
    assert lines.posts() == []
    async with serving(tmp_path / "b", lines.settings, environment={"SECRET": SECRET}) as service:
        await until(lambda: ("#ops", "later") in lines.posts())


async def test_github_signs_the_body(lines: Lines, tmp_path: Path) -> None:
    body = b'{"ref": "main"}'
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"}
    async with serving(tmp_path / "b", lines.settings, environment={"SECRET": SECRET}) as service:
        again = {**headers, "X-GitHub-Delivery": "other"}
        assert (await post(service, "git", body, headers))[1]["new"] is True
        assert (await post(service, "git", body, again))[1]["new"] is False
        assert (await post(service, "git", body + b" ", headers))[0] == 401


async def test_what_is_wrong_is_refused_and_nothing_is_done(lines: Lines, tmp_path: Path) -> None:
    body = json.dumps({"what": "x"}).encode()
    async with serving(tmp_path / "b", lines.settings, environment={"SECRET": SECRET}) as service:
        for name, data, headers, status in (
            ("run", body, {"Content-Type": "application/json"}, 401),
            ("run", body, standard(body, secret="wrong"), 401),
            ("run", body + b" ", standard(body), 401),
            ("say", body, {**TOKEN, "Authorization": "Bearer wrong"}, 401),
            ("say", body, {"Authorization": "Bearer "}, 401),
            ("unkept", body, TOKEN, 401),
            ("nothing", body, TOKEN, 404),
            ("run", b"{}", standard(b"{}"), 422),
            ("run", b"{", standard(b"{"), 422),
            ("run", b"[" * 100_000, standard(b"[" * 100_000), 422),
            ("say", body, {**TOKEN, "Content-Type": "text/plain"}, 422),
        ):
            assert (await post(service, name, data, headers))[0] == status, (name, data[:20])
        large = b"x" * (server.BODY + 1)
        url = f"http://127.0.0.1:{service.reporting.port}/hooks/run"
        reader, writer = await asyncio.open_connection("127.0.0.1", service.reporting.port)
        head = f"POST /hooks/run HTTP/1.1\r\nHost: x\r\nContent-Length: {len(large)}\r\n\r\n"
        writer.write(head.encode() + large)
        assert b" 413 " in await reader.readline(), url
        writer.close()
    assert lines.posts() == []
    assert not list((tmp_path / "b" / "state").glob("results/*"))


@given(st.binary(max_size=200), st.text("abc-1", min_size=1), st.integers(-400, 400))
def test_what_is_signed_is_verified(body: bytes, number: str, seconds: int) -> None:
    """Within five minutes, with either of two secrets, and by nobody else."""
    time = NOW + timedelta(seconds=seconds)
    headers = signed("own", number, body, NOW)
    both = {**headers, "webhook-signature": f"v1,xx {headers['webhook-signature']}"}
    if abs(seconds) <= TOLERANCE:
        assert verified(Scheme.STANDARD, "own", both, body, time).id == number
    else:
        with pytest.raises(UnsignedError, match="too old"):
            verified(Scheme.STANDARD, "own", headers, body, time)
    for wrong in (
        {**headers, "webhook-id": f"{number}x"},
        {},
        {**headers, "webhook-signature": ""},
    ):
        with pytest.raises(UnsignedError):
            verified(Scheme.STANDARD, "own", wrong, body, NOW)
    with pytest.raises(UnsignedError):
        verified(Scheme.STANDARD, "other", headers, body, NOW)
    with pytest.raises(UnsignedError):
        verified(Scheme.STANDARD, "", headers, body, NOW)


def test_the_example_of_standard_webhooks() -> None:
    """Source: the specification's own example."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    time = datetime.fromtimestamp(1614265330, UTC)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert verified(Scheme.STANDARD, secret, headers, b'{"test": 2432232314}', time).id
    with pytest.raises(UnsignedError, match="Base64"):
        verified(Scheme.STANDARD, "whsec_?", headers, b"", time)


@pytest.mark.parametrize(
    ("hook", "told"),
    [
        ("{secret: plain, room: r, text: x}", "3:7: error[hook] a secret doesn't stand"),
        ('{secret: "{{ env.X }}", room: r}', "error[hook] x needs one of text and alias"),
        ('{secret: "{{ env.X }}", room: r, text: a, alias: b}', "needs one of"),
        ('{secret: "{{ env.X }}", room: r, text: a, parameters: {a: 1}}', "those of an alias"),
        ("{room: r, text: a}", "hooks.x.secret is missing"),
        ('{secret: "{{ env.X }}", text: a}', "hooks.x.room is missing"),
        ('{secret: "{{ env.X }}", room: r, text: a, signature: md5}', "md5"),
    ],
)
def test_hooks_that_can_not_be_taken(tmp_path: Path, hook: str, told: str) -> None:
    file = tmp_path / "chatops.yaml"
    file.write_text(f"bundled: false\nhooks:\n  x: {hook}\n")
    found = invoke("--config", str(file), "--home", str(tmp_path / "state"), "bridge")
    assert found.exit_code == 2
    assert told in found.stderr
