"""Plain `run`, `repl` and `validate` read by hand: what Typer would read, at a tenth of its cost.

Only command lines whose meaning is beyond doubt are read here; help, completion, mistakes and
anything unusual are left to Typer, which knows what to say about them.
"""

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from chatops_cli.cli.invocation import (
    CHANNEL,
    FORMATS,
    LEAST_TIMEOUT,
    ROOM,
    Asked,
    AskedCheck,
    AskedRoom,
    Invocation,
)

COMMAND = "run"
FLAGS = {
    "--dry-run": "dry_run",
    "--json": "as_json",
    "--no-ack": "no_ack",
    "--stream": "stream",
    "--engine": "engine",
}
TEXTS = {"--as": "as_user", "--room": "room", "--timeout": "timeout"}
ROOM_COMMAND = "repl"
ROOM_FLAGS = {"--dm": "direct", "--dry-run": "dry_run", "--watch": "watch"}
ROOM_TEXTS = {"--as": "as_user", "--room": "room", "--like": "like"}
CHECK_COMMAND = "validate"
CHECK_FLAGS = frozenset({"--no-cache", "--strict"})
CHECK_TEXTS = frozenset({"--select", "--ignore", "--format"})
GLOBALS = {
    "--config": "CHATOPS_CONFIG",
    "-c": "CHATOPS_CONFIG",
    "--packs": "CHATOPS_PACKS",
    "--home": "CHATOPS_HOME",
}
"""Global options, by the environment variable that says the same."""


def read_quickly(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> tuple[Invocation, Asked] | None:
    """What the arguments ask for, or None where Typer should read them."""
    if any(name.startswith("_CHATOPS") for name in environment):
        return None
    try:
        found, rest = read_globals(list(arguments))
        asked = read_command(rest)
    except (LookupError, ValueError):
        return None
    return invocation_of({**environment, **found}), asked


def read_room_quickly(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> tuple[Invocation, AskedRoom] | None:
    """The same for `chatops repl`."""
    if any(name.startswith("_CHATOPS") for name in environment):
        return None
    try:
        found, rest = read_globals(list(arguments), ROOM_COMMAND)
        asked = read_room(rest)
    except LookupError:
        return None
    return invocation_of({**environment, **found}), asked


def read_check_quickly(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> tuple[Invocation, AskedCheck] | None:
    """The same for `chatops validate`."""
    if any(name.startswith("_CHATOPS") for name in environment):
        return None
    try:
        found, rest = read_globals(list(arguments), CHECK_COMMAND)
        asked = read_check(rest)
    except LookupError:
        return None
    return invocation_of({**environment, **found}), asked


def read_check(words: list[str]) -> AskedCheck:
    """The paths, and the options that are used from editors and before commits.

    Raises:
        LookupError: There is something else.
    """
    paths: list[Path] = []
    flags: set[str] = set()
    texts: dict[str, list[str]] = {}
    rest = iter(words)
    for word in rest:
        if word in CHECK_FLAGS:
            flags.add(word)
        elif word in CHECK_TEXTS:
            if (value := next(rest, None)) is None:
                raise LookupError(word)
            texts.setdefault(word, []).append(value)
        elif word.startswith("-"):
            raise LookupError(word)
        else:
            paths.append(Path(word))
    return AskedCheck(
        paths=tuple(paths),
        select=tuple(texts.get("--select", ())),
        ignore=tuple(texts.get("--ignore", ())),
        form=texts.get("--format", [FORMATS[0]])[-1],
        no_cache="--no-cache" in flags,
        strict="--strict" in flags,
    )


def read_room(words: list[str]) -> AskedRoom:
    """The options of `repl` and the script.

    Raises:
        LookupError: There is something else.
    """
    given: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        if word in ROOM_FLAGS:
            given[ROOM_FLAGS[word]] = word
        elif word in ROOM_TEXTS:
            if (value := next(rest, None)) is None:
                raise LookupError(word)
            given[ROOM_TEXTS[word]] = value
        elif (word.startswith("-") and word != "-") or "script" in given:
            raise LookupError(word)
        else:
            given["script"] = word
    return AskedRoom(
        script=given.get("script"),
        as_user=given.get("as_user", ""),
        room=given.get("room", CHANNEL),
        direct="direct" in given,
        dry_run="dry_run" in given,
        like=given.get("like", ""),
        watch="watch" in given,
    )


def read_globals(words: list[str], command: str = COMMAND) -> tuple[dict[str, str], list[str]]:
    """The global options, and the words behind the command.

    Raises:
        LookupError: There is something else; a repeated option is something else, too.
    """
    found: dict[str, str] = {}
    while words[0] != command:
        name = GLOBALS[words[0]]
        if name in found:
            raise LookupError(name)
        found[name] = words[1]
        words = words[2:]
    return found, words[1:]


def read_command(words: list[str]) -> Asked:
    """The options of `run` and the message.

    Raises:
        LookupError: There is something else, or no message.
        ValueError: The timeout is no number of seconds.
    """
    message: list[str] = []
    flags: set[str] = set()
    texts: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        if word == "--":
            message.extend(rest)
        elif word in FLAGS:
            flags.add(FLAGS[word])
        elif word in TEXTS:
            if (value := next(rest, None)) is None:
                raise LookupError(word)
            texts[TEXTS[word]] = value
        elif word.startswith("-") and word != "-":
            raise LookupError(word)
        else:
            message.append(word)
    if not message:
        raise LookupError("no message")
    return Asked(
        message=tuple(message),
        as_user=texts.get("as_user", ""),
        room=texts.get("room", ROOM),
        timeout=seconds(texts["timeout"]) if "timeout" in texts else None,
        dry_run="dry_run" in flags,
        as_json="as_json" in flags,
        no_ack="no_ack" in flags,
        stream="stream" in flags,
        engine="engine" in flags,
    )


def seconds(text: str) -> float:
    """A time limit.

    Raises:
        ValueError: It is none that an action can have.
    """
    value = float(text)
    if not math.isfinite(value) or value < LEAST_TIMEOUT:
        raise ValueError(text)
    return value


def invocation_of(named: Mapping[str, str]) -> Invocation:
    """The global options by their variables; an empty one counts as absent, as Typer has it."""
    config, packs, home = (
        named.get(name) or None for name in ("CHATOPS_CONFIG", "CHATOPS_PACKS", "CHATOPS_HOME")
    )
    return Invocation(
        config=Path(config) if config else None,
        packs=tuple(part for part in (packs or "").split(os.pathsep) if part),
        home=Path(home) if home else None,
    )
