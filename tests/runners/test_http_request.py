"""Requests to a real server: what is sent, and what its answer becomes."""

import asyncio
import base64
import json
import re
import zlib
from dataclasses import replace

import pytest
from aiohttp import web

from chatops_cli.errors import RunnerError
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners import http_request
from tests.support.http_calls import answer, failure, http_call
from tests.support.http_servers import Handler, Seen, serve, serve_bytes

JSON = {"Content-Type": "application/json"}


async def echo(request: web.Request) -> web.Response:
    return web.json_response({"method": request.method})


async def sent(action: dict[str, Json], **runner: Json) -> Seen:
    """What the server sees of a call that succeeds."""
    async with serve(echo) as site:
        status, _ = await answer(http_call(f"{site.url}/p?a=1", action, **runner))
        assert status is Status.SUCCEEDED
        return site.seen[0]


async def received(response: web.Response) -> tuple[Status, dict[str, Json]]:
    """What becomes of that answer."""

    async def handle(_: web.Request) -> web.Response:
        return response

    async with serve(handle) as site:
        return await answer(http_call(site.url))


async def test_json_comes_back_as_a_value() -> None:
    status, result = await received(
        web.json_response({"a": [1, None, "ü"]}, headers={"X-Kind": "one", "x-Other": "ü"})
    )
    assert status is Status.SUCCEEDED
    headers = result.pop("headers")
    assert result == {"status_code": 200, "body": {"a": [1, None, "ü"]}, "parsed": True}
    assert isinstance(headers, dict)
    assert (headers["X-Kind"], headers["x-Other"]) == ("one", "ü")


@pytest.mark.parametrize(
    ("content_type", "content", "body"),
    [
        pytest.param("text/plain", b'{"a": 1}', '{"a": 1}', id="text stays text"),
        pytest.param("application/vnd.x+json", b"{}", "{}", id="another JSON type too"),
        pytest.param("application/json", b'{"a": ', '{"a": ', id="broken JSON"),
        pytest.param("application/json", b"[NaN]", "[NaN]", id="a number that is none"),
        pytest.param("application/json", b'["\\ud800"]', '["\\ud800"]', id="half a character"),
        pytest.param("application/json", b"[" * 99_999, "[" * 99_999, id="nested"),
        pytest.param("application/json", b"", "", id="empty"),
        pytest.param("text/html; charset=latin-1", b"\xfc", "ü", id="charset"),
        pytest.param("text/html; charset=bogus", "ü".encode(), "ü", id="unknown charset"),
        pytest.param("text/html; charset=hex", "ü".encode(), "ü", id="no charset at all"),
        pytest.param("text/html; charset=idna", "ü".encode(), "ü", id="a slow codec"),
        pytest.param("text/html; charset=utf-8", b"a\xff", "a\ufffd", id="not what it says"),
        pytest.param("text/html", b"\xef\xbb\xbfx", "x", id="byte order mark"),
        pytest.param("text/html", b"a\xff", "aÿ", id="text without charset"),
        pytest.param("image/x", b"a\xff", "a\ufffd", id="bytes"),
    ],
)
async def test_other_bodies_are_text(content_type: str, content: bytes, body: str) -> None:
    response = web.Response(body=content, headers={"Content-Type": content_type})
    status, result = await received(response)
    assert (status, result["body"], result["parsed"]) == (Status.SUCCEEDED, body, False)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (200, Status.SUCCEEDED),
        (204, Status.SUCCEEDED),
        (206, Status.SUCCEEDED),
        (207, Status.FAILED),
        (302, Status.FAILED),
        (404, Status.FAILED),
        (500, Status.FAILED),
    ],
)
async def test_the_status_follows_the_code(code: int, status: Status) -> None:
    outcome, result = await received(web.Response(status=code))
    assert (outcome, result["status_code"], "error" in result) == (status, code, False)


async def test_repeated_headers_are_joined() -> None:
    answered = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: \xfc\r\nContent-Length: 0\r\n\r\n"
    async with serve_bytes(answered) as port:
        _, result = await answer(http_call(f"http://127.0.0.1:{port}"))
    assert result["headers"] == {"X-A": "1, ü", "Content-Length": "0"}


async def test_what_is_sent_without_parameters() -> None:
    seen = await sent({})
    assert (seen.method, seen.path, seen.body) == ("GET", "/p?a=1", b"")
    assert seen.headers["user-agent"].startswith("chatops-cli/")
    assert seen.headers["x-stanley-action"] == "act"
    assert "content-type" not in seen.headers
    assert "cookie" not in seen.headers
    assert "authorization" not in seen.headers


@pytest.mark.parametrize(
    ("params", "query"),
    [
        ({"b": "x y&z", "c": [1, "ü"], "d": None, "e": True}, "a=1&b=x+y%26z&c=1&c=%C3%BC&e=True"),
        ({}, "a=1"),
        ("b=2&c", "a=1&b=2&c"),
    ],
)
async def test_params_are_added_to_the_query(params: Json, query: str) -> None:
    assert (await sent({"params": params})).path == f"/p?{query}"


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/a%2fb?sig=x%2F%20+", "/a%2fb?sig=x%2F%20+&n=a+%2F"),
        ("/a b/ü?q=x y", "/a%20b/%C3%BC?q=x+y&n=a+/"),
        ("#part", "/?n=a+%2F"),
    ],
)
async def test_a_url_that_is_in_order_is_sent_as_it_is(path: str, sent: str) -> None:
    async with serve(echo) as site:
        await answer(http_call(f"{site.url}{path}", {"params": {"n": "a /"}}))
    assert site.seen[0].path == sent


@pytest.mark.parametrize("method", ["GET", "put", "DELETE", "PATCH", "OPTIONS", "PURGE", None])
async def test_the_method(method: str | None) -> None:
    assert (await sent({"method": method})).method == (method or "GET").upper()


async def test_a_head_request_has_no_body() -> None:
    async with serve(echo) as site:
        status, result = await answer(http_call(site.url, {"method": "HEAD"}))
    assert (status, result["body"], result["parsed"]) == (Status.SUCCEEDED, "", False)


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        pytest.param("application/json", '{"a": 1.0}', {"a": 1.0}, id="JSON text"),
        pytest.param("application/json", "{'a': True, 'b': None}", {"a": True, "b": None}, id="py"),
        pytest.param("application/json", {"a": ["ü"]}, {"a": ["ü"]}, id="object"),
        pytest.param("Application/JSON; charset=utf-8", [1, 2], [1, 2], id="list"),
        pytest.param("application/vnd.api+json", "3", 3, id="another JSON type"),
    ],
)
async def test_a_body_of_json(content_type: str, body: Json, expected: Json) -> None:
    seen = await sent({"body": body}, headers={"content-type": content_type})
    assert (seen.method, json.loads(seen.body)) == ("POST", expected)
    assert seen.headers["content-type"] == content_type
    assert seen.headers["content-length"] == str(len(seen.body))


async def test_a_text_is_sent_as_it_is() -> None:
    seen = await sent({"body": "a=ü\n"}, headers={"Content-Length": "1", "X-N": 5, "X-Null": None})
    assert (seen.method, seen.body) == ("POST", "a=ü\n".encode())
    assert "content-type" not in seen.headers
    assert (seen.headers["content-length"], seen.headers["x-n"]) == ("5", "5")
    assert "x-null" not in seen.headers


async def test_a_number_is_sent_as_text() -> None:
    assert (await sent({"body": 5})).body == b"5"


async def test_an_object_is_sent_as_a_form() -> None:
    seen = await sent({"body": {"a": "x y", "b": [1, 2], "c": None}, "method": "PUT"})
    assert (seen.method, seen.body) == ("PUT", b"a=x+y&b=1&b=2")
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"


async def test_no_body_is_none_even_for_json() -> None:
    for body in (None, ""):
        seen = await sent({"body": body}, headers=dict(JSON))
        assert (seen.method, seen.body) == ("GET", b"")


async def test_a_file_is_sent_as_a_form() -> None:
    async def handle(request: web.Request) -> web.Response:
        form = await request.post()
        file = form["a b.csv"]
        assert isinstance(file, web.FileField)
        found = [file.filename, file.content_type, file.file.read().decode(), form["n"]]
        return web.json_response(found)

    action: dict[str, Json] = {
        "file_name": "a b.csv",
        "file_content": "ü;1\r\n",
        "file_content_type": "text/csv",
        "file_path": "/tmp/a.csv",
        "body": {"n": 1},
    }
    async with serve(handle) as site:
        _, result = await answer(http_call(site.url, action, headers=dict(JSON)))
    assert result["body"] == ["a b.csv", "text/csv", "ü;1\r\n", "1"]


async def test_basic_authentication_goes_before_other_credentials() -> None:
    expected = "Basic " + base64.b64encode("ada:pä:ss".encode()).decode()
    given: dict[str, Json] = {"authorization": "Bearer x"}
    seen = await sent({}, username="ada", password="pä:ss", headers=given)
    assert seen.headers["authorization"] == expected
    assert (await sent({}, headers=given)).headers["authorization"] == "Bearer x"


async def test_credentials_of_the_url_are_a_header() -> None:
    async with serve(echo) as site:
        await answer(http_call(site.url.replace("//", "//ada:p%40ss@")))
    assert base64.b64decode(site.seen[0].headers["authorization"].split()[1]) == b"ada:p@ss"


async def test_auth_is_a_header() -> None:
    seen = await sent({"auth": "X-Auth-Token=a=b"}, headers={"x-auth-token": "old"})
    assert seen.headers["x-auth-token"] == "a=b"


async def test_cookies_are_sent_as_they_are() -> None:
    seen = await sent({}, cookies={"sid": 'a b"c', "n": 5, "none": None})
    assert set(seen.headers["cookie"].split("; ")) == {'sid=a b"c', "n=5"}


async def test_a_given_agent_is_sent() -> None:
    assert (await sent({}, headers={"user-agent": "mine"})).headers["user-agent"] == "mine"


LIMIT = 1000


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    while True:
        await response.write("ü".encode() * 50_000)
        await asyncio.sleep(0)


async def bomb(_: web.Request) -> web.StreamResponse:
    headers = {"Content-Type": "application/json", "Content-Encoding": "deflate"}
    return web.Response(body=zlib.compress("ü".encode() * 2**24), headers=headers)


@pytest.mark.parametrize("handle", [endless, bomb])
async def test_a_long_body_is_read_no_further(handle: Handler) -> None:
    async with serve(handle) as site:
        call = replace(http_call(site.url, {"timeout": 20}), output_limit=LIMIT + 1)
        status, result = await answer(call)
    assert status is Status.SUCCEEDED
    start, dropped, end = re.split("([0-9]+)", str(result["body"]))
    assert (start, end) == ("ü" * 500 + "\n[… ", " bytes dropped here …]\n")
    assert int(dropped) < 2**20
    assert result["parsed"] is False
    assert result["error"] == (
        "the answer's body is longer than 1001 bytes (limits.output): its rest was not read"
    )


async def test_a_body_of_just_the_limit_is_whole() -> None:
    body = json.dumps(["x" * (LIMIT - 4)])

    async def handle(_: web.Request) -> web.Response:
        return web.Response(text=body, content_type="application/json")

    async with serve(handle) as site:
        _, result = await answer(replace(http_call(site.url), output_limit=LIMIT))
    assert (result["parsed"], "error" in result) == (True, False)


@pytest.mark.parametrize(
    ("action", "runner", "message"),
    [
        ({}, {"url": "ftp://x/s3cret"}, "demo.act: url is no http or https address"),
        ({}, {"url": "/s3cret"}, "demo.act: url is no http or https address"),
        ({}, {"url": "http://[s3cret"}, "demo.act: url is no http or https address"),
        ({}, {"url": "http://127%2E0.0.1/s3cret"}, "demo.act: url is no http or https address"),
        ({}, {"url": "http://:80/s3cret"}, "demo.act: url is no http or https address"),
        ({}, {"url": None}, "demo.act: url is no http or https address"),
        ({"method": "GET X"}, {}, "demo.act: method 'GET X' is no HTTP method"),
        ({"body": ["s3cret"]}, {}, "body: a list can be sent as JSON only"),
        ({"body": {"a": {"b": 1}}}, {}, "body: 'a' holds an object, or a list in a list"),
        ({"params": {"a": [[1]]}}, {}, "params: 'a' holds an object, or a list in a list"),
        (
            {"body": "{s3cret"},
            {"headers": dict(JSON)},
            "body: it is not JSON, and the header Content-Type says that it is",
        ),
        (
            {"body": [float("nan")]},
            {"headers": dict(JSON)},
            "body: it is not JSON, and the header Content-Type says that it is",
        ),
        ({"file_path": "/etc/x"}, {}, "file_path: this machine's files are not sent by their path"),
        (
            {"file_name": "a", "file_content": "b", "body": "s3cret"},
            {},
            "body: beside a file it must be an object, with the form's other fields",
        ),
        (
            {"file_name": "a", "file_content": "b", "file_content_type": "x\r\ny"},
            {},
            "file_content_type: it holds a line end",
        ),
        ({"auth": "s3cret"}, {}, "demo.act: auth must be a header as name=value"),
        ({}, {"headers": "s3cret"}, "demo.act: headers must be an object"),
        ({}, {"headers": {"a b": "x"}}, "demo.act: headers: 'a b' is no name"),
        (
            {},
            {"headers": {"a": "x\r\ns3cret"}},
            "demo.act: headers: 'a' holds a line end, or what is no text",
        ),
        (
            {},
            {"headers": {"a": "\ud800"}},
            "demo.act: headers: 'a' holds a line end, or what is no text",
        ),
        ({}, {"cookies": {"a": "x; s3cret"}}, "demo.act: cookies: 'a' holds a ';'"),
        ({}, {"cookies": {"Path": "s3cret"}}, "demo.act: cookies: 'Path' is no name of a cookie"),
        ({}, {"username": "a:b"}, "demo.act: a username with ':' can't be sent"),
        ({}, {"http_proxy": "socks5://u:s3cret@x"}, "the proxy is no http or https address"),
        ({}, {"http_proxy": "http://u:s3cret@["}, "the proxy is no http or https address"),
        *(
            (
                {"timeout": value},
                {},
                f"demo.act: timeout must be a number of seconds above 0, got {value!r}",
            )
            for value in (0, -1, True, "soon", [1], float("nan"))
        ),
    ],
)
async def test_what_can_t_be_sent_is_refused_and_not_shown(
    action: dict[str, Json], runner: dict[str, Json], message: str
) -> None:
    call = http_call("http://127.0.0.1:1/", action)
    call = replace(call, runner_parameters={**call.runner_parameters, **runner})
    with pytest.raises(RunnerError) as caught:
        await http_request.run(call)
    assert caught.value.message == message
    assert "s3cret" not in f"{caught.value.message}{caught.value.hint}"


async def test_an_unknown_text_for_json_is_not_run() -> None:
    for body in ("__import__('os')", "(" * 5000, "x\0"):
        with pytest.raises(RunnerError, match=r"^body: it is not JSON"):
            await http_request.run(http_call("http://x/", {"body": body}, headers=dict(JSON)))


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n"
BROKEN = "the answer's body broke off, or is not of its encoding"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(OK + b"\r\nabc", BROKEN, id="short"),
        pytest.param(OK + b"Content-Encoding: gzip\r\n\r\nabcdefghi", BROKEN, id="encoding"),
        pytest.param(b"", "the connection was closed before there was an answer", id="nothing"),
        pytest.param(b"SSH-2.0-OpenSSH\r\n\r\n", "the answer is not HTTP", id="ssh"),
        pytest.param(OK + b"X: " + b"x" * 99_999, "the answer is not HTTP", id="long header"),
    ],
)
async def test_an_answer_that_is_none(content: bytes, expected: str) -> None:
    async with serve_bytes(content) as port:
        assert await failure(http_call(f"http://127.0.0.1:{port}/s3cret")) == expected
