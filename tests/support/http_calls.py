"""Calls of ``http-request``, and what came of them."""

import socket
from collections.abc import Mapping
from dataclasses import replace

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners import http_request
from chatops_cli.runners.contract import Call, Outcome
from tests.support.calls import make_action, make_call


def http_call(url: str, action: dict[str, Json] | None = None, /, **runner: Json) -> Call:
    """A call with the action's own parameters in `action`, the runner's by name."""
    call = make_call(make_action("http-request"), url=url, **runner)
    return replace(call, parameters=dict(action or {}))


async def answer(call: Call) -> tuple[Status, dict[str, Json]]:
    """Its status and result."""
    return parts(await http_request.run(call))


def parts(outcome: Outcome) -> tuple[Status, dict[str, Json]]:
    assert isinstance(outcome.result, dict)
    return outcome.status, outcome.result


async def failure(call: Call) -> str:
    """The error of a call that must fail without an answer."""
    status, result = await answer(call)
    assert status is Status.FAILED
    assert set(result) <= {"error", "hint"}
    return str(result["error"])


def answer_names(monkeypatch: pytest.MonkeyPatch, names: Mapping[str, list[str]]) -> list[str]:
    """The machine's name service knows these names, and their addresses; gives what it is asked.

    A real one can't be made to say what a hostile one would.
    """
    asked: list[str] = []
    original = socket.getaddrinfo

    def getaddrinfo(
        host: str,
        port: int,
        family: int = 0,
        type: int = 0,  # noqa: A002  # the name it has
    ) -> list[tuple[object, ...]]:
        asked.append(host)
        if host not in names:
            return list(original(host, port, family, type))
        found: list[tuple[object, ...]] = []
        for address in names[host]:
            found += original(address, port, family, type, 0, socket.AI_NUMERICHOST)
        return found

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked
