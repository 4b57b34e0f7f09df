"""Texts and answers of Matrix, without a server of it."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.bridge.adapters import matrix
from chatops_cli.bridge.adapters.matrix.texts import html_of, mentioned, typed
from chatops_cli.bridge.adapters.signs import character_of
from chatops_cli.bridge.contract import LineError, RefusedError
from chatops_cli.errors import ChatOpsError
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse
from tests.support.bridges import context, options_of
from tests.support.irc_servers import free_port
from tests.support.xmpp_servers import certify

if TYPE_CHECKING:
    from chatops_cli.model.problem import Problem


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain & simple\nlines", ""),
        ("a `<b>` c", "a <code>&lt;b&gt;</code> c"),
        ("**bold** & 2 ** 3 ** 4", "<strong>bold</strong> &amp; 2 ** 3 ** 4"),
        ("so:\n```\nx < 1\n```\nend", "so:<pre><code>x &lt; 1\n</code></pre>end"),
        ("```py\nx\n", '<pre><code class="language-py">x\n\n</code></pre>'),
        ("[a](https://b.example/?c=1&d)", '<a href="https://b.example/?c=1&amp;d">a</a>'),
        ("[a](javascript:x)", ""),
    ],
)
def test_markdown_is_html(text: str, html: str) -> None:
    assert html_of(text) == html


@given(st.text(alphabet="<>&\"'`*[]()\nab:/htps."))
def test_no_text_makes_markup_of_its_own(text: str) -> None:
    made = html_of(text)
    for known in ("<br>", "<code>", "</code>", "<strong>", "</strong>", "<pre>", "</pre>", "</a>"):
        made = made.replace(known, "")
    assert made.count("<") == made.count('<a href="') + made.count('<code class="language-')


def test_a_quote_before_a_reply_is_not_typed() -> None:
    assert typed("> <@ann:x> !old\n> more\n\n!new", is_reply=True) == "!new"
    assert typed("> !old\n\n!new", is_reply=False) == "> !old\n\n!new"
    assert typed("!new", is_reply=True) == "!new"


def test_the_bot_is_called_by_each_of_its_names() -> None:
    names = ("@chatops:x", "chatops", "Chat Ops")
    assert mentioned("@chatops:x: ping", names, "bot", is_meant=False) == "@bot ping"
    assert mentioned("Chat Ops ping", names, "bot", is_meant=True) == "@bot ping"
    assert mentioned("chatops is down", names, "bot", is_meant=False) == "chatops is down"
    assert mentioned("chatopsy: ping", names, "bot", is_meant=True) == "chatopsy: ping"


def test_short_names_are_characters() -> None:
    assert [character_of(each) for each in ("eyes", ":+1:", "👀", "no such")] == [
        *("👀", "👍", "👀", "no such")
    ]


@asynccontextmanager
async def answering(
    status: int, body: object, tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """A server that gives one answer to everything."""

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        if isinstance(body, str):
            return web.Response(status=status, text=body)
        return web.json_response(body, status=status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls).start()
    try:
        yield f"http{'s' if tls else ''}://localhost:{port}"
    finally:
        await runner.cleanup()


async def refused(url: str, more: str = "") -> ChatOpsError:
    """What a bot is told there."""
    text = f"url: {url}\ntoken: '{{{{ env.BOT }}}}'\n{more}"
    adapter = matrix.make(options_of(matrix, text), context({"BOT": "syt_secret"}))
    try:
        with pytest.raises(ChatOpsError) as told:
            await adapter.connect()
    finally:
        await adapter.close()
    assert "syt_secret" not in told.value.in_full
    return told.value


@pytest.mark.parametrize(
    ("status", "body", "kind", "told"),
    [
        (401, {"errcode": "M_UNKNOWN_TOKEN", "error": "expired"}, RefusedError, "expired"),
        (403, {"errcode": "M_USER_DEACTIVATED"}, RefusedError, "token"),
        (404, "<html>", RefusedError, "is no Matrix server"),
        (200, "<html>", RefusedError, "is no Matrix server"),
        (302, "", RefusedError, "is no Matrix server"),
        (502, "bad gateway", LineError, "HTTP 502"),
        (429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2500}, LineError, "2.5 s"),
        (400, {"errcode": "M_UNRECOGNIZED", "error": "what?"}, RefusedError, "what?"),
    ],
)
async def test_what_a_server_answers_is_told(
    status: int, body: object, kind: type[ChatOpsError], told: str
) -> None:
    async with answering(status, body) as url:
        error = await refused(url)
    assert isinstance(error, kind)
    assert told in error.in_full


async def test_a_certificate_that_nobody_trusts_is_refused(tmp_path: Path) -> None:
    for name, is_old, told in (("good", False, "self-signed"), ("old", True, "expired")):
        certify(tmp_path, name, "localhost", is_old=is_old)
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(tmp_path / f"{name}.crt", tmp_path / f"{name}.key")
        async with answering(401, {"errcode": "M_MISSING_TOKEN"}, tls) as url:
            error = await refused(url, f"ca: {tmp_path}/old.crt" if is_old else "")
            assert isinstance(error, RefusedError)
            assert "not trusted" in error.message
            assert told in error.message
            if not is_old:
                assert "token" in (await refused(url, f"ca: {tmp_path}/good.crt")).message


async def test_a_server_that_is_not_there_is_told() -> None:
    error = await refused(f"http://127.0.0.1:{free_port()}")
    assert isinstance(error, LineError)
    assert "can't be reached" in error.message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "url is missing"),
        ("url: https://a.example\ntoken: x", "stands here in plain text"),
        ("url: http://a.example\ntoken: '{{ env.X }}'", "unencrypted"),
        ("url: https://a.example\ntoken: '{{ env.X }}'\njoin: ops", "'ops' is no room"),
        ("url: https://a.example\ntoken: '{{ env.X }}'\ninvites: ann", "'ann' is nobody"),
    ],
)
def test_options_that_are_wrong_are_told(text: str, told: str) -> None:
    problems: list[Problem] = []
    reader = Reader.of_source(parse(text.encode(), file="o.yaml"), problems)
    assert reader is not None
    matrix.read(reader)
    assert told in " ".join(problem.message for problem in problems)
