"""Redirects between real servers; what of a request stays secret, down to the engine's answer."""

import asyncio
import json
import logging
import threading
from typing import TYPE_CHECKING, cast

import pytest
from aiohttp import web

from chatops_cli.model.execution import Status
from tests.support import bundled
from tests.support.http_calls import answer, answer_names, failure, http_call
from tests.support.http_servers import serve

if TYPE_CHECKING:
    from chatops_cli.model.json import Json


def redirect(code: int, location: str) -> web.Response:
    return web.Response(status=code, headers={"Location": location})


async def steps(request: web.Request) -> web.Response:
    """/302 → /end and so on; /login sets a cookie on the way; /loop has no end."""
    where = request.path.removeprefix("/")
    if where.isdigit():
        return redirect(int(where), "end?q=1")
    if where == "loop":
        return redirect(302, "/loop")
    if where == "login":
        response = redirect(303, "/end")
        response.set_cookie("session", "s1")
        return response
    return web.json_response(where)


async def test_a_redirect_is_followed_where_asked_for() -> None:
    async with serve(steps) as site:
        status, result = await answer(http_call(f"{site.url}/302"))
        assert (status, result["status_code"]) == (Status.FAILED, 302)
        status, result = await answer(http_call(f"{site.url}/302", allow_redirects=True))
    assert (status, result["body"]) == (Status.SUCCEEDED, "end")
    assert [seen.path for seen in site.seen] == ["/302", "/302", "/end?q=1"]


@pytest.mark.parametrize(("code", "again"), [(303, ("GET", b"")), (307, ("POST", b"x"))])
async def test_the_body_goes_along_where_it_should(code: int, again: tuple[str, bytes]) -> None:
    async with serve(steps) as site:
        await answer(http_call(f"{site.url}/{code}", {"body": "x"}, allow_redirects=True))
    assert [(seen.method, seen.body) for seen in site.seen] == [("POST", b"x"), again]


async def test_cookies_that_are_set_on_the_way_go_along() -> None:
    async with serve(steps) as site:
        call = http_call(f"{site.url}/login", allow_redirects=True, cookies={"a": "1"})
        await answer(call)
    cookies = [set(seen.headers["cookie"].split("; ")) for seen in site.seen]
    assert cookies == [{"a=1"}, {"a=1", "session=s1"}]


async def test_a_circle_has_an_end() -> None:
    async with serve(steps) as site:
        error = await failure(http_call(f"{site.url}/loop", allow_redirects=True))
    assert (error, len(site.seen)) == ("more than 30 redirects", 31)


async def test_secrets_do_not_go_to_another_origin() -> None:
    async with serve(steps) as there:

        async def away(_: web.Request) -> web.Response:
            return redirect(307, f"http://x:y@127.0.0.1:{there.port}/end")

        async with serve(away) as here:
            call = http_call(
                here.url,
                {"body": "b", "auth": "X-Token=s3cret"},
                allow_redirects=True,
                username="ada",
                password="s3cret",
                cookies={"sid": "s3cret"},
                headers={"X-Api-Key": "s3cret", "Accept": "a/b"},
            )
            status, _ = await answer(call)
    assert status is Status.SUCCEEDED
    assert str(here.seen[0].headers).count("s3cret") == 3
    assert "authorization" in here.seen[0].headers
    headers = there.seen[0].headers
    assert "s3cret" not in str(headers)
    assert "authorization" not in headers
    assert (headers["accept"], headers["host"]) == ("a/b", f"127.0.0.1:{there.port}")


@pytest.mark.parametrize(
    "location", ["http://127.1:{port}/", "http://[::ffff:7f00:1]:{port}/", "http://in.test:{port}/"]
)
@pytest.mark.parametrize("name", ["url_hosts_blacklist", "url_hosts_whitelist"])
async def test_the_lists_hold_at_each_redirect(
    location: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_names(monkeypatch, {"in.test": ["127.0.0.1"], "out.test": ["127.0.0.2"]})
    lists: dict[str, Json] = {name: ["127.0.0.1"] if "black" in name else ["out.test"]}
    async with serve(steps) as inside:

        async def away(_: web.Request) -> web.Response:
            return redirect(302, location.replace("{port}", str(inside.port)))

        async with serve(away, host="127.0.0.2") as outside:
            url = f"http://out.test:{outside.port}/"
            error = await failure(http_call(url, allow_redirects=True, **lists))
    assert name in error
    assert (len(outside.seen), inside.seen) == (1, [])


async def test_a_redirect_to_something_else_is_an_error() -> None:
    async def away(_: web.Request) -> web.Response:
        return redirect(302, "file:///etc/s3cret")

    async with serve(away) as site:
        error = await failure(http_call(site.url, allow_redirects=True))
    assert error == "'127.0.0.1' redirects to something that is no http or https address"


async def test_secrets_are_in_no_error_and_no_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    call = http_call(
        "http://ada:s3cret@127.0.0.1:1/s3cret?token=s3cret#s3cret",
        {"body": "s3cret", "params": {"key": "s3cret"}, "auth": "X=s3cret"},
        headers={"X-Key": "s3cret"},
        cookies={"sid": "s3cret"},
    )
    status, result = await answer(call)
    assert status is Status.FAILED
    assert "s3cret" not in json.dumps(result) + caplog.text


def test_an_echoed_secret_is_masked_by_the_engine() -> None:
    """The bundled action, as a person runs it."""
    ready, port = threading.Event(), 0
    done = threading.Event()

    async def echo(request: web.Request) -> web.Response:
        found = cast("dict[str, Json]", dict(request.headers))
        return web.json_response({"headers": found, "body": await request.text()})

    async def serve_until_done() -> None:
        nonlocal port
        async with serve(echo) as site:
            port = site.port
            ready.set()
            await asyncio.to_thread(done.wait, 20)

    thread = threading.Thread(target=asyncio.run, args=(serve_until_done(),))
    thread.start()
    try:
        assert ready.wait(10)
        execution = bundled.run(
            "core.http",
            url=f"http://127.0.0.1:{port}/",
            method="PUT",
            auth="X-Token=s3cret-token",
            username="ada",
            password="s3cret-password",
            body="hello s3cret-password",
        )
    finally:
        done.set()
        thread.join()
    assert execution.status is Status.SUCCEEDED
    text = json.dumps([execution.result, dict(execution.parameters)])
    assert "s3cret" not in text
    assert "hello ********" in text
