"""Stubs and networks as people name them on one line: for ``/stub`` and ``/chaos`` in a room."""

from dataclasses import replace
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse
from chatops_cli.reading.value import did_you_mean
from chatops_cli.rehearsal.front_reading import read_stubs
from chatops_cli.rehearsal.rough import SHARES, Roughness, all_of_it
from chatops_cli.rehearsal.stub import Stub

if TYPE_CHECKING:
    from chatops_cli.model.problem import Problem

OFF = frozenset({"off", "none", "no"})
SEED = "seed"


def read_stub(line: str) -> tuple[Stub, ...]:
    """The stubs of ``ACTION VALUE``; the value is as in a transcript, and nothing is success.

    For example ``ops.deploy {stdout: done}``, ``ops.deploy [{times: 1, status: failed}, done]``.

    Raises:
        ChatOpsError: It can't be read.
    """
    action, _, value = line.strip().partition(" ")
    if not action:
        raise ChatOpsError(
            "which action is to have a stub?", hint="write its reference: ops.deploy {stdout: done}"
        )
    problems: list[Problem] = []
    source = parse(f"{_quoted(action)}: {value}\n".encode(), file="stub")
    stubs = read_stubs(Reader.of_source(source, problems))
    if problems:
        raise ChatOpsError(problems[0].message, hint=problems[0].hint)
    return stubs


def read_roughness(line: str) -> Roughness | None:
    """A network: ``off`` is a good one, a number is a seed of everything, and shares have names.

    For example ``7`` or ``seed=7 duplicates=0.5 cuts=0.1``.

    Raises:
        ChatOpsError: It can't be read.
    """
    words = line.split()
    if len(words) == 1 and words[0].lower() in OFF:
        return None
    if len(words) == 1 and words[0].lstrip("-").isdecimal():
        return all_of_it(int(words[0]))
    if not words:
        return all_of_it(0)
    rough = Roughness()
    for word in words:
        name, equals, number = word.partition("=")
        if not equals or name not in {SEED, *SHARES}:
            raise ChatOpsError(
                f"{word!r} is nothing that a network does",
                hint=did_you_mean(name, [SEED, *SHARES]) or f"there is {', '.join(SHARES)}",
            )
        rough = _with(rough, name, number)
    return rough


def _with(rough: Roughness, name: str, written: str) -> Roughness:
    try:
        if name == SEED:
            return replace(rough, seed=int(written))
        share = float(written)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        kind = "a whole number" if name == SEED else "a share between 0 and 1"
        raise ChatOpsError(f"{name} must be {kind}, not {written!r}")
    return Roughness(
        seed=rough.seed,
        **{each: share if each == name else getattr(rough, each) for each in SHARES},
    )


def _quoted(text: str) -> str:
    import json

    return json.dumps(text)
