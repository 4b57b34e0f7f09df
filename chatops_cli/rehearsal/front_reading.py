"""The front matter of a transcript, read key by key; what is wrong becomes a Problem."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from chatops_cli.access.decide import LOCAL
from chatops_cli.model.chat import Principal
from chatops_cli.model.json import JsonObject
from chatops_cli.model.problem import Problem
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse
from chatops_cli.reading.value import Value, did_you_mean
from chatops_cli.rehearsal.front import START, Front, Named, Person
from chatops_cli.rehearsal.moments import seconds_of
from chatops_cli.rehearsal.rough import SHARES, Roughness
from chatops_cli.rehearsal.stub import ENDINGS, Stub
from chatops_cli.rehearsal.transcript import BOT
from chatops_cli.settings.file import read_all
from chatops_cli.settings.load import bundled_packs

if TYPE_CHECKING:
    from chatops_cli.settings.values import Settings

FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "access": ("access",),
        "bot": ("bot_name", "bot_prefix"),
        "compat": ("is_strict",),
        "config_environment": ("config_environment",),
        "environment": ("environment",),
        "limits": ("output_limit",),
        "open_parameters": ("open_parameters",),
        "policies": ("policies",),
        "routes": ("routes",),
        "web_url": ("web_url",),
    }
)
"""The keys of ``settings``, those of the settings file, and the fields that each sets."""
_NAME = re.compile(r"\w[\w.@-]*")


def read_front(text: str, file: str, problems: list[Problem]) -> Front:
    """What the front matter says; all that is wrong goes to `problems`."""
    source = parse(text.encode(), file=file)
    if source.is_empty:
        return Front()
    reader = Reader.of_source(source, problems)
    if reader is None:
        return Front()
    start, step = _clock(reader.value("clock"))
    front = Front(
        description=reader.text("description"),
        people=_people(reader.section("people")),
        start=start,
        step=step,
        packs=reader.strings("packs"),
        overrides=_overrides(reader.value("settings"), file),
        configs=_configs(reader.section("configs")),
        values=_values(reader.section("datastore")),
        stubs=read_stubs(reader.section("stubs")),
        allowed=reader.strings("run"),
        enabled=reader.strings("enable"),
        named=tuple(_named(reader)),
        keeps_results=reader.flag("record", default=False),
        roughness=_roughness(reader.section("chaos")),
    )
    reader.finish()
    return front


def _named(reader: Reader) -> Iterator[Named]:
    """The actions and aliases that it names. What is wrong with their values is told elsewhere."""
    stubs = reader.value("stubs")
    if stubs is not None and stubs.is_mapping:
        reading = Reader(stubs)
        refs = reading.keys()
        yield from (Named(key="stubs", ref=ref, place=reading.place_of(ref)) for ref in refs)
    for key in ("run", "enable", "packs"):
        value = reader.value(key)
        listed = () if value is None else value.items() if value.is_list else (value,)
        for each in listed:
            if each.node.id == "scalar":
                yield Named(key=key, ref=each.node.value, place=each.place)


def _people(reader: Reader | None) -> dict[str, Person]:
    found = {}
    for name, value in reader.entries() if reader else ():
        if name == BOT or not _NAME.fullmatch(name):
            value.report(
                "transcript-person",
                f"nobody can be called {name!r}",
                hint="a name is letters, digits, '_', '-', '.' and '@', and not 'bot'",
            )
        found[name] = _person(name, value)
    return found


def _person(name: str, value: Value) -> Person:
    if not value.is_mapping:
        text = None if value.is_null else value.text()
        return Person(principal=_principal(name, text or "", "", value))
    reader = Reader(value)
    principal = _principal(name, reader.text("id"), reader.text("name"), value)
    person = Person(principal=principal, roles=reader.strings("roles"))
    reader.finish()
    return person


def _principal(name: str, written: str, shown: str, value: Value) -> Principal:
    """``network:user`` or ``network:workspace:user``; of nothing, the name in the terminal."""
    if not written:
        return Principal(network=LOCAL, user=name, name=shown)
    parts = written.split(":")
    if len(parts) not in {2, 3} or not all((parts[0], parts[-1])):
        value.report(
            "not-a-principal",
            f"{written!r} is no principal",
            hint=f"write network:workspace:user, such as slack:T024BE7LD:U2147, or {LOCAL}:{name}",
        )
        return Principal(network=LOCAL, user=name, name=shown)
    workspace = parts[1] if len(parts) > 2 else ""  # noqa: PLR2004  # the form with a workspace
    return Principal(
        network=parts[0], workspace=workspace, user=parts[-1], name=shown or _shown(parts, name)
    )


def _shown(parts: list[str], name: str) -> str:
    return "" if parts[-1] == name else name


def _clock(value: Value | None) -> tuple[datetime, float]:
    if value is None:
        return START, 0.0
    if not value.is_mapping:
        return _start(value), 0.0
    reader = Reader(value)
    start = reader.value("start")
    step = reader.number("step", 0.0, minimum=0.0, maximum=86400.0)
    reader.finish()
    return _start(start) if start is not None else START, step


def _start(value: Value) -> datetime:
    written = value.node.value if value.node.id == "scalar" else ""
    try:
        time = datetime.fromisoformat(written)
    except ValueError:
        value.wrong("a time such as 2026-01-05T09:00:00Z")
        return START
    return time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC)


def _overrides(value: Value | None, file: str) -> dict[str, object]:
    """The fields of the settings that it names, with their values."""
    from pathlib import Path

    reader = Reader.of(value)
    if reader is None or value is None:
        return {}
    names = reader.keys()
    for key in names:
        if key not in FIELDS:
            reader.report(
                "transcript-setting",
                f"{key} can't be set for a rehearsal",
                key=key,
                hint=did_you_mean(key, FIELDS)
                or f"there is {', '.join(FIELDS)}; folders of packs stand in packs",
            )
            reader.accept(key)
    keys = [key for key in names if key in FIELDS]
    # What isn't for rehearsals has been reported: here it is read, so that it isn't unknown too.
    settings: Settings = read_all(reader, Path(file), bundled_packs())
    return {name: getattr(settings, name) for key in keys for name in FIELDS[key]}


def _configs(reader: Reader | None) -> dict[str, JsonObject]:
    if reader is None:
        return {}
    packs = reader.keys()
    return {pack: reader.mapping(pack) for pack in packs}


def _values(reader: Reader | None) -> dict[str, str]:
    import json

    found = {}
    for key, value in reader.entries() if reader else ():
        read = value.json()
        found[key] = read if isinstance(read, str) else json.dumps(read)
    return found


def read_stubs(reader: Reader | None) -> tuple[Stub, ...]:
    """The stubs of all actions that the mapping names, in order."""
    found: list[Stub] = []
    for action, value in reader.entries() if reader else ():
        items = value.items() if value.is_list else (value,)
        found += [_stub(action, item) for item in items]
    return tuple(found)


def _stub(action: str, value: Value) -> Stub:
    """One answer; a text alone is what the action prints, nothing at all is success."""
    line = value.place.line
    if value.is_null:
        return Stub(action=action, line=line)
    if not value.is_mapping:
        return Stub(action=action, line=line, stdout=value.text() or "")
    reader = Reader(value)
    _check_shape(reader)
    stub = Stub(
        action=action,
        line=line,
        parameters=reader.mapping("parameters"),
        times=reader.integer("times", minimum=1),
        status=ENDINGS[reader.choice("status", tuple(ENDINGS), "succeeded")],
        has_result=reader.has("result"),
        result=reader.json("result"),
        returned=reader.json("returns"),
        stdout=reader.json("stdout", ""),
        stderr=reader.text("stderr"),
        exit_code=reader.integer("exit_code"),
        delay=_delay(reader.value("delay")),
    )
    reader.finish()
    return stub


def _check_shape(reader: Reader) -> None:
    beside = [key for key in ("returns", "stdout", "stderr", "exit_code") if reader.has(key)]
    if reader.has("result") and beside:
        reader.report(
            "transcript-stub",
            f"result is the whole result: {', '.join(beside)} can't stand beside it",
            key=beside[0],
            hint="leave one of them out",
        )


def _delay(value: Value | None) -> float:
    if value is None:
        return 0.0
    seconds = seconds_of(value.node.value) if value.node.id == "scalar" else None
    if seconds is not None:
        return seconds
    return value.number(minimum=0.0, maximum=86400.0) or 0.0


def _roughness(reader: Reader | None) -> Roughness | None:
    if reader is None:
        return None
    shares = {name: reader.number(name, 0.0, minimum=0.0, maximum=1.0) for name in SHARES}
    rough = Roughness(seed=reader.integer("seed", 0), **shares)
    reader.finish()
    return rough
