"""What the bridge tells by HTTP, in its file, and to systemd; against a running bridge."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from chatops_cli.bridge.service import Service
from chatops_cli.bridge.standing import FILE, read_standing
from chatops_cli.bridge.web import server
from chatops_cli.bridge.web.metrics import Metrics
from chatops_cli.errors import NotFoundError, RecordError, SettingsError
from tests.support.bridges import serving, until
from tests.support.cli import invoke

SETTINGS = """\
bridge:
  http: {{listen: "{listen}"}}
  networks:
    lines: {{type: jsonl, input: {folder}/in, output: {folder}/out}}
access:
  rules:
    - {{effect: allow, who: ["jsonl::ann"]}}
"""


class Pipe:
    """What people say, and what the bridge posts."""

    def __init__(self, folder: Path, listen: str = "127.0.0.1:0") -> None:
        self.folder = folder
        os.mkfifo(folder / "in")
        self.file = os.open(folder / "in", os.O_RDWR)
        self.settings = SETTINGS.format(folder=folder, listen=listen)

    def say(self, text: str, who: str = "ann") -> None:
        data = {"user": who, "text": text, "room": "#ops"}
        os.write(self.file, json.dumps(data).encode() + b"\n")

    def posts(self) -> str:
        file = self.folder / "out"
        return file.read_text() if file.exists() else ""


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Pipe]:
    made = Pipe(tmp_path)
    yield made
    os.close(made.file)


async def get(
    service: Service, path: str, headers: Mapping[str, str] | None = None
) -> tuple[int, str]:
    url = f"http://127.0.0.1:{service.reporting.port}{path}"
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_it_lives_and_is_ready(pipe: Pipe, tmp_path: Path) -> None:
    async with serving(tmp_path / "b", pipe.settings) as service:
        await until(lambda: service.is_ready)
        assert await get(service, "/healthz") == (200, '{"status": "ok"}')
        status, text = await get(service, "/readyz")
        assert (status, json.loads(text)["lines"]) == (200, {"lines": "up"})
        assert (await get(service, "/nothing"))[0] == 404
        service.end()
        status, text = await get(service, "/readyz")
        assert (status, json.loads(text)["ending"]) == (503, True)


async def test_what_can_not_be_kept_is_not_ready(pipe: Pipe, tmp_path: Path) -> None:
    import sqlite3

    async with serving(tmp_path / "b", pipe.settings) as service:
        await until(lambda: service.is_ready)
        path = tmp_path / "b" / "state" / "bridge.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            status, text = await get(service, "/readyz")
            other.execute("ROLLBACK")
        assert (status, json.loads(text)["writable"]) == (503, False)
        assert (await get(service, "/readyz"))[0] == 200


async def test_it_counts_what_is_on_record(pipe: Pipe, tmp_path: Path) -> None:
    """And nothing of what people type stands in it."""
    found: list[Service] = []
    metrics = Metrics(lambda: found[0].standing)
    async with serving(tmp_path / "b", pipe.settings, metrics=metrics) as service:
        found.append(service)
        pipe.say("!echo hunter2")
        pipe.say("!echo hunter3", who="bob")
        pipe.say("!what hunter4")
        await until(lambda: "may not run" in pipe.posts() and "I don't know" in pipe.posts())
        await until(lambda: '"hunter2"' in pipe.posts())
        _, text = await get(service, "/metrics")
    lines = text.splitlines()
    for line in (
        'chatops_commands_total{outcome="matched"} 2.0',
        'chatops_commands_total{outcome="none"} 1.0',
        'chatops_decisions_total{allowed="false"} 1.0',
        'chatops_executions_total{status="succeeded"} 1.0',
        "chatops_execution_seconds_count 1.0",
        'chatops_line_up{line="lines"} 1.0',
        "chatops_messages_taken_total 3.0",
    ):
        assert line in lines
    assert "hunter" not in text
    assert "ann" not in text


async def test_without_the_package_metrics_say_what_is_missing(pipe: Pipe, tmp_path: Path) -> None:
    async with serving(tmp_path / "b", pipe.settings) as service:
        await until(lambda: service.is_ready)
        status, text = await get(service, "/metrics")
    assert (status, "chatops-cli[service]" in text) == (501, True)


async def test_too_many_requests_at_once_are_told_to_come_later(
    pipe: Pipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "AT_ONCE", 1)
    async with serving(tmp_path / "b", pipe.settings) as service:
        await until(lambda: service.is_ready)
        url = f"http://127.0.0.1:{service.reporting.port}/healthz"
        async with aiohttp.ClientSession() as session:
            async with session.post(url, data=b"x") as answer:
                assert answer.status == 405
            answers = await asyncio.gather(
                *(session.get(url.replace("healthz", "readyz")) for _ in range(8))
            )
            codes = {answer.status for answer in answers}
            for answer in answers:
                answer.release()
    assert codes <= {200, 503}
    assert 503 in codes


async def test_a_port_that_is_taken(pipe: Pipe, tmp_path: Path) -> None:
    """At the start it is an error; at a reload the old one stays."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        busy = pipe.settings.replace("127.0.0.1:0", f"127.0.0.1:{port}")
        with pytest.raises(SettingsError, match="can't listen on"):
            async with serving(tmp_path / "a", busy):
                await asyncio.sleep(0)  # told to end, it begins all the same, and fails at that
        async with serving(tmp_path / "b", pipe.settings) as service:
            await until(lambda: service.reporting.port > 0)
            before = service.reporting.port
            (tmp_path / "b" / "chatops.yaml").write_text(busy)
            service.reload()
            await asyncio.sleep(0.1)
            assert service.reporting.port == before
            assert (await get(service, "/healthz"))[0] == 200
            (tmp_path / "b" / "chatops.yaml").write_text(pipe.settings.replace("  http", "  #http"))
            service.reload()
            await until(lambda: service.reporting.port == 0)


@pytest.mark.parametrize("listen", ["8095", "127.0.0.1", "a b:1", "127.0.0.1:99999", "::1:80"])
def test_an_address_that_is_none(tmp_path: Path, listen: str) -> None:
    file = tmp_path / "chatops.yaml"
    file.write_text(SETTINGS.format(folder=tmp_path, listen=listen))
    told = invoke("--config", str(file), "--home", str(tmp_path / "state"), "bridge")
    assert told.exit_code == 2
    assert "chatops.yaml:2:10: error[listen-address]" in told.stderr


async def test_status_is_that_of_the_bridge_that_runs(pipe: Pipe, tmp_path: Path) -> None:
    home = tmp_path / "b" / "state"
    options = ("--config", str(tmp_path / "b" / "chatops.yaml"), "--home", str(home), "status")
    async with serving(tmp_path / "b", pipe.settings) as service:
        await until(lambda: service.is_ready and (home / FILE).exists())
        service.reporting.tell()
        told = invoke(*options)
        assert told.exit_code == 0
        assert f"The bridge is ready: process {os.getpid()}" in told.stdout
        assert json.loads(invoke(*options, "--json").stdout)["lines"][0]["state"] == "up"
        assert (home / FILE).stat().st_mode & 0o077 == 0
        service.end()
        service.reporting.tell()
        assert (invoke(*options).exit_code, "The bridge ends" in invoke(*options).stdout) == (
            3,
            True,
        )
    ended = invoke(*options)
    assert (ended.exit_code, "no bridge runs" in ended.stderr) == (1, True)


def test_what_a_killed_bridge_has_left_is_no_standing(tmp_path: Path) -> None:
    """Neither where its number is nobody's now, nor where it is somebody else's."""
    (tmp_path / FILE).write_text('{"pid": 4194305}')
    with pytest.raises(NotFoundError, match="no bridge runs"):
        read_standing(tmp_path)
    (tmp_path / FILE).write_text(json.dumps({"pid": os.getpid()}))
    with pytest.raises(NotFoundError, match="no bridge runs"):
        read_standing(tmp_path)
    (tmp_path / FILE).write_text("[]")
    with pytest.raises(RecordError, match="cannot be read"):
        read_standing(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux's")
@pytest.mark.parametrize("kind", ["path", "abstract"])
async def test_systemd_is_told(pipe: Pipe, tmp_path: Path, kind: str) -> None:
    name = str(tmp_path / "n") if kind == "path" else f"@chatops-{os.getpid()}"
    environment = {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "200000"}
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as systemd:
        systemd.bind(name if kind == "path" else "\0" + name[1:])
        systemd.setblocking(False)  # the name of the parameter can't be given
        told: list[str] = []

        def heard(text: str, times: int = 1) -> bool:
            try:
                while True:
                    told.append(systemd.recv(4096).decode())
            except BlockingIOError:
                return sum(text in each for each in told) >= times

        async with serving(tmp_path / "b", pipe.settings, outside=environment) as service:
            await until(lambda: heard("READY=1"))
            await until(lambda: heard("WATCHDOG=1", 3))
            assert heard("1 of 1 networks connected")
            service.reload()
            await until(lambda: heard("RELOADING=1\nMONOTONIC_USEC=") and heard("READY=1", 2))
        assert heard("STOPPING=1")
