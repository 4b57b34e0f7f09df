"""HTTP as a network: a program that signs messages, and takes signed posts."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web

from chatops_cli.bridge.adapters import http
from chatops_cli.bridge.contract import (
    LineError,
    Posting,
    RefusedError,
    UndeliverableError,
)
from chatops_cli.bridge.web.signatures import UnsignedError, signed, verified
from chatops_cli.errors import RecordError
from chatops_cli.model.chat import Message
from chatops_cli.model.hook import Scheme
from tests.bridge.conformance import Conformance
from tests.support.bridges import Seen, World, hearing
from tests.support.irc_servers import free_port

SECRET = "s3cret-of-desk"
SECRETS = {"DESK": SECRET, "WRONG": "another"}
LONGEST = 100_000
"""Characters of a post that the program takes."""


class Program:
    """A chat program: what is said in it goes to the bridge, what is posted stands in it."""

    network = "http"
    workspace = ""
    room = "#ops"

    def __init__(self) -> None:
        self.users = {"ann": "ann", "bob": "bob"}
        self.port = free_port()
        self.taken: dict[str, dict[str, object]] = {}
        self.answers: list[tuple[int, dict[str, str]]] = []
        self._said: dict[str, dict[str, object]] = {}
        self._runner: web.AppRunner | None = None
        self.options = ""

    async def start(self) -> None:
        app = web.Application(client_max_size=50_000_000)
        app.router.add_post("/posts", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/posts"
        self.options = f"""\
listen: 127.0.0.1:{self.port}
url: {url}
secret: "{{{{ env.DESK }}}}\""""

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def bad_options(self) -> str:
        return self.options.replace("DESK", "WRONG")

    async def say(
        self, who: str, text: str, *, thread: str | None = None, direct: bool = False
    ) -> str:
        number = f"m{len(self._said)}"
        self._said[number] = {
            "id": number,
            "user": who,
            "text": text.replace("<bot>", "@chatops"),
            "room": f"@{who}" if direct else self.room,
            "thread": thread,
            "direct": direct,
        }
        await self.again(number)
        return number

    async def edit(self, who: str, message_id: str, text: str) -> None:
        assert self._said[message_id]["user"] == who
        self._said[message_id] = {**self._said[message_id], "text": text, "edited": True}
        await self.again(message_id)

    async def again(self, message_id: str) -> None:
        body = json.dumps(self._said[message_id]).encode()
        assert (await self.send(body, number=f"d{message_id}"))[0] == 202

    async def send(
        self, body: bytes, *, number: str = "n", secret: str = SECRET
    ) -> tuple[int, str]:
        headers = signed(secret, number, body, datetime.now(UTC))  # noqa: TID251  # a program's clock
        url = f"http://127.0.0.1:{self.port}/messages"
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=BytesIO(body), headers=headers) as answer,
        ):
            return answer.status, await answer.text()

    async def posts(self) -> list[Seen]:
        """With the newest text of those that were changed."""
        texts: dict[str, Seen] = {}
        for post in self.taken.values():
            if post["type"] == "update":
                texts[str(post["update"])] = _seen(post)
            elif post["type"] in {"post", "file"}:
                texts[str(post["key"])] = _seen(post)
        return [each for each in texts.values() if each.room == self.room]

    async def drop(self) -> None:
        raise NotImplementedError

    async def limit(self) -> None:
        self.answers.append((429, {"Retry-After": "7"}))

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        now = datetime.now(UTC)  # noqa: TID251  # the same
        try:
            delivery = verified(Scheme.STANDARD, SECRET, headers, body, now)
        except UnsignedError:
            return web.Response(status=401)
        content = json.loads(body)
        if content["type"] == "ping":
            return web.Response()
        if self.answers:
            status, more = self.answers.pop(0)
            return web.Response(status=status, headers=more)
        if content["type"] == "post" and len(content["text"]) > LONGEST:
            return web.Response(status=413)
        if content["room"] not in {self.room, "@ann", "@bob"}:
            return web.Response(status=404)
        self.taken[delivery.id] = content
        return web.Response(status=204)


def _seen(post: dict[str, object]) -> Seen:
    thread, file = post.get("thread"), post.get("file")
    return Seen(
        str(post["text"]),
        str(post["room"]),
        thread=str(thread) if thread else None,
        id=str(post.get("update") or post["key"]),
        file=str(file["text"]) if isinstance(file, dict) else "",
    )


class TestHttp(Conformance):
    """The program of these tests."""

    MODULE = http
    SECRETS = SECRETS
    CAN = frozenset(
        {
            *("direct", "mention", "thread", "edit", "update", "duplicate", "file", "react"),
            *("oversize", "limit", "refuse", "unknown_room"),
        }
    )

    @pytest.fixture
    async def world(self) -> AsyncIterator[Program]:
        program = Program()
        await program.start()
        yield program
        await program.stop()

    async def test_what_is_not_signed_or_no_message_is_refused(self, world: Program) -> None:
        async with hearing(self.make(world)) as ear:
            assert (await world.send(b"{}", secret="wrong"))[0] == 401
            assert (await world.send(b"{"))[0] == 422
            assert (await world.send(b'{"user": 1, "text": "x"}'))[0] == 422
            assert (await world.send(b"[" * 100_000))[0] == 422
            assert (await world.send(b" " * 1_048_577))[0] == 413
            assert (await world.send(b'{"user": "ann", "text": "hello"}', number="n7"))[0] == 202
            message = await ear.next()
        assert (message.text, message.id) == ("hello", "n7")

    async def test_what_can_not_be_kept_is_to_be_sent_again(self, world: Program) -> None:
        adapter = self.make(world)
        await adapter.connect()
        body = b'{"user": "ann", "text": "x"}'
        assert (await world.send(body))[0] == 503

        async def take(message: Message) -> None:
            raise RecordError(f"{message.id} can't be kept")

        task = asyncio.create_task(adapter.hear(take))
        await asyncio.sleep(0)
        assert (await world.send(body))[0] == 503
        await adapter.close()
        with pytest.raises(LineError):
            await task

    async def test_answers_of_the_program(self, world: Program) -> None:
        adapter = self.make(world)
        await adapter.connect()
        posting = Posting(key="k", room=world.room, text="x")
        for status, kind in ((500, LineError), (408, LineError), (403, RefusedError)):
            world.answers.append((status, {}))
            with pytest.raises(kind):
                await adapter.post(posting)
        world.answers.append((302, {"Location": "http://127.0.0.1:1/"}))
        with pytest.raises(UndeliverableError):
            await adapter.post(posting)
        assert await adapter.post(posting) == "k"
        assert await adapter.post(posting) == "k"
        assert list(world.taken) == ["k"], "known again by its key"
        await adapter.close()

    async def test_a_port_that_is_taken(self, world: Program) -> None:
        first, second = self.make(world), self.make(world)
        await first.connect()
        with pytest.raises(RefusedError, match="can't listen"):
            await second.connect()
        await second.close()
        assert all(check.is_fine for check in await second.check())
        await first.close()

    async def test_a_program_that_is_not_there(self, world: World) -> None:
        nobody = f"http://127.0.0.1:{free_port()}"
        options = f'listen: 127.0.0.1:0\nurl: {nobody}\nsecret: "{{{{ env.DESK }}}}"'
        adapter = self.make(world, options)
        with pytest.raises(LineError):
            await adapter.connect()
        (check,) = await adapter.check()
        assert (check.name, check.is_fine) == ("receiver", False)
        with pytest.raises(LineError):
            await adapter.post(Posting(key="k", room=world.room, text="x"))
        await adapter.close()
