"""Paths of values in a configuration, as people type them: ``auth.token``, ``devices[0].port``."""

import re
from collections.abc import Mapping

from chatops_cli.errors import ChatOpsError
from chatops_cli.execution.schema_references import whole_schema
from chatops_cli.execution.secrecy import schemas_of_item, schemas_of_key
from chatops_cli.execution.site_check import Path, spelled
from chatops_cli.model.action import Parameter
from chatops_cli.model.json import Json, JsonObject

_STEP = re.compile(r"(?:^|\.)((?:\\.|[^.\[\\])+)|\[(\d{1,6})\]")


def read_path(text: str) -> Path:
    r"""The steps of a path; a dot or bracket in a key is written with a backslash before it.

    Raises:
        ChatOpsError: It is none.
    """
    steps: list[str | int] = []
    at = len(text) if text.startswith(".") else 0
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None or (not steps and found[2] is not None):
            break
        steps.append(int(found[2]) if found[2] is not None else re.sub(r"\\(.)", r"\1", found[1]))
        at = found.end()
    if not steps or at < len(text):
        raise ChatOpsError(
            f"{text!r} is no key of a configuration",
            hint=r"write key, key.inner or key[0].inner; a dot in a key as \.",
        )
    return tuple(steps)


def value_at(values: JsonObject, path: Path) -> Json:
    """The value at a path, None where there is none."""
    here: object = values
    for step in path:
        if isinstance(here, Mapping) and isinstance(step, str):
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            return None
    return here  # type: ignore[return-value]  # what is in a value is one


def with_value(values: JsonObject, path: Path, value: Json) -> dict[str, Json]:
    """The values with another one at a path; objects on the way are made, lists grow by one.

    Raises:
        ChatOpsError: Something on the way is no object or list.
    """
    changed = _with(dict(values), path, 0, value)
    return changed if isinstance(changed, dict) else {}


def without(values: JsonObject, path: Path) -> dict[str, Json]:
    """The values without the one at a path; an object that is left empty is gone as well.

    Raises:
        ChatOpsError: There is none.
    """
    if value_at(values, path[:-1]) is None or not _has(values, path):
        raise ChatOpsError(f"{spelled(path)} is not set", hint="--show tells what is")
    above, last = path[:-1], path[-1]
    holder = value_at(values, above) if above else dict(values)
    rest: Json
    if isinstance(holder, list):
        rest = [item for n, item in enumerate(holder) if n != last]
    else:
        known = holder if isinstance(holder, dict) else {}
        rest = {key: item for key, item in known.items() if key != last}
    if not above:
        return rest if isinstance(rest, dict) else {}
    return with_value(values, above, rest) if rest else without(values, above)


def schema_at(parameters: Mapping[str, Parameter], path: Path) -> JsonObject:
    """What the schema says of the value at a path; empty where it says nothing.

    What stands inside of something secret is secret.
    """
    properties: dict[str, Json] = {n: whole_schema(p) for n, p in parameters.items()}
    here: JsonObject = {"properties": properties}
    is_secret = False
    for step in path:
        parts = schemas_of_item(here, step) if isinstance(step, int) else schemas_of_key(here, step)
        here = next(parts, {})
        is_secret = is_secret or here.get("secret") is True
    return {**here, "secret": True} if is_secret else here


def _has(values: JsonObject, path: Path) -> bool:
    holder = value_at(values, path[:-1]) if path[:-1] else values
    last = path[-1]
    if isinstance(holder, list):
        return isinstance(last, int) and last < len(holder)
    return isinstance(holder, Mapping) and last in holder


def _with(here: Json, path: Path, depth: int, value: Json) -> Json:
    if depth == len(path):
        return value
    step = path[depth]
    if isinstance(step, int):
        items = [] if here is None else here
        if not isinstance(items, list) or step > len(items):
            raise ChatOpsError(
                f"{spelled(path[: depth + 1])} can't be set",
                hint=f"{spelled(path[:depth])} is no list of at least {step} items",
            )
        inner = items[step] if step < len(items) else None
        return [*items[:step], _with(inner, path, depth + 1, value), *items[step + 1 :]]
    known = {} if here is None else here
    if not isinstance(known, dict):
        raise ChatOpsError(
            f"{spelled(path[: depth + 1])} can't be set",
            hint=f"{spelled(path[:depth])} is no object",
        )
    return {**known, step: _with(known.get(step), path, depth + 1, value)}
