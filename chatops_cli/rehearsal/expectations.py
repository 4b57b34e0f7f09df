"""What can be expected of a message: each key's values, read and spelled."""

import json
import re

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.reading.value import did_you_mean
from chatops_cli.rehearsal.wording import escaped, match, unescaped

KEYS = ("alias", "action", "parameters", "decision", "status", "effect")
"""What can be expected of a message."""
EFFECTS = {
    "action": "REF",
    "set": "system NAME",
    "delete": "system NAME",
    "notify": "ROUTE",
    "notify-failed": "ROUTE",
}
"""The kinds of effects, and what is said of each."""
NONE = "none"
"""No alias, no effect."""
AMBIGUOUS = "ambiguous"
"""Several aliases."""
ALLOWED, DENIED = "allowed", "denied"
_NAME = re.compile(r"([^\s=\"]+)=")
_BARE = re.compile(r"[^\s\"\[{][^\s\"]*")


class MalformedError(ValueError):
    """The value of an expectation can't be read; the message says why."""


def mistake_in(key: str, value: str) -> tuple[str, str | None] | None:
    """What is wrong with an expectation's value, and a hint; None where it can be read."""
    match key:
        case "parameters":
            try:
                read_parameters(value)
            except MalformedError as error:
                return str(error), 'write name=value, or name="text with blanks"'
        case "decision" if value.split()[:1] not in ([ALLOWED], [DENIED]):
            return f"a decision is {ALLOWED} or {DENIED}", f"write = decision {ALLOWED} [RULE]"
        case "status" if value not in tuple(Status):
            return f"{value!r} is no status of an execution", f"there is {', '.join(Status)}"
        case "alias" | "action" | "effect" if not value:
            return f"= {key} says nothing", f"write = {key} {NONE} where there is none"
        case "effect":
            return _mistake_in_effect(value)
        case _:
            pass
    return None


def _mistake_in_effect(value: str) -> tuple[str, str | None] | None:
    kind, *rest = value.split()
    if "<" in value and kind != "action":
        # Wildcards may stand for any of it.
        return None
    if kind == NONE or kind not in EFFECTS:
        hint = did_you_mean(kind, [NONE, *EFFECTS]) or f"there is {NONE}, {', '.join(EFFECTS)}"
        is_known = kind == NONE and not rest
        return None if is_known else (f"{value!r} is no effect", hint)
    form = f"{kind} {EFFECTS[kind]}"
    if len(rest) < len(EFFECTS[kind].split()):
        return f"the effect {value!r} does not say of what", f"write = effect {form}"
    if kind == "action" and len(rest) > 1:
        return mistake_in("parameters", value.split(None, 2)[2])
    return None


def read_parameters(text: str) -> dict[str, Json]:
    """Parameters by name: a bare word stays text, with wildcards; what is in JSON is read.

    Raises:
        MalformedError: It can't be read.
    """
    found: dict[str, Json] = {}
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        name = _NAME.match(text, at)
        if name is None:
            raise MalformedError(f"no name=value begins at {text[at : at + 20]!r}")
        if name[1] in found:
            raise MalformedError(f"{name[1]} stands there twice")
        found[name[1]], at = _value(text, name.end())
    return found


def _value(text: str, at: int) -> tuple[Json, int]:
    if text[at : at + 1] in {'"', "[", "{"}:
        try:
            value, end = json.JSONDecoder().raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise MalformedError(f"{text[at : at + 20]!r} is no JSON") from error
        return value, end
    bare = _BARE.match(text, at)
    return (bare[0], bare.end()) if bare else ("", at)


def has_parameters(wanted: str, found: str) -> bool:
    """Whether the parameters expected are among those found, both as they are spelled."""
    actual = read_parameters(found)
    return all(
        name in actual and same(value, _plain(actual[name]))
        for name, value in read_parameters(wanted).items()
    )


def _plain(value: Json) -> Json:
    return unescaped(value) if isinstance(value, str) else value


def same(wanted: Json, actual: Json) -> bool:
    """Whether a parameter is as expected: a text may hold wildcards, and spell another value."""
    if not isinstance(wanted, str):
        return type(wanted) is type(actual) and wanted == actual
    said = actual if isinstance(actual, str) else json.dumps(actual, ensure_ascii=False)
    return match(wanted, said, {}) is not None


def spell_parameters(parameters: dict[str, Json]) -> str:
    """Parameters as `read_parameters` reads them."""
    return " ".join(f"{name}={_spelled(value)}" for name, value in parameters.items())


def _spelled(value: Json) -> str:
    if isinstance(value, str):
        text = escaped(value)
        is_bare = _BARE.fullmatch(text) is not None and text.isprintable()
        return text if is_bare else json.dumps(text, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def spell_decision(*, is_allowed: bool, rule: str) -> str:
    """A decision as it is expected."""
    return f"{ALLOWED if is_allowed else DENIED} {rule}".rstrip()
