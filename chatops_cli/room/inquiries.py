"""Inquiries that wait: what each asks, who may answer, and what is read out of an answer."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from chatops_cli.errors import ChatOpsError, ParameterError, RecordError
from chatops_cli.execution.casting import CastError, cast, shown
from chatops_cli.execution.draft4 import SchemaError
from chatops_cli.execution.engine import Prepared
from chatops_cli.execution.keeper import Keeper
from chatops_cli.execution.masking import Masker
from chatops_cli.execution.origin import Origin
from chatops_cli.execution.schema import SchemaChecker
from chatops_cli.execution.secrecy import has_secret, secret_values
from chatops_cli.model.access import Decision, Operation
from chatops_cli.model.action import ActionRef, Parameter
from chatops_cli.model.chat import Message
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.records.waiting import Kept, Kind
from chatops_cli.room.world import World

# What json.loads gives; what isn't of its shape raises KeyError, TypeError or ValueError.
_Loaded: TypeAlias = Any

YES, NO = frozenset({"y", "yes", "true"}), frozenset({"n", "no", "false"})


@frozen
class Inquiry:
    """A question that waits. `asked` is unmasked: mask it with `masker` where it is shown.

    `expires` is when nobody may answer any more, None for never. `parameters` are those of what
    asks, or of the whole workflow that it is part of; None where that isn't on disk.
    """

    id: str
    action_ref: ActionRef
    alias_ref: str | None
    origin: Origin
    asked: JsonObject
    masker: Masker
    expires: datetime | None = None
    parameters: JsonObject | None = None

    @property
    def schema(self) -> JsonObject:
        """What an answer has to look like."""
        found = self.asked.get("schema")
        return found if isinstance(found, dict) else {}

    @property
    def properties(self) -> dict[str, JsonObject]:
        """The schema of each part of an answer that is asked for by name."""
        found = self.schema.get("properties")
        parts = found if isinstance(found, dict) else {}
        return {name: each if isinstance(each, dict) else {} for name, each in parts.items()}

    def names(self, which: str) -> tuple[str, ...]:
        """The ``users`` or ``roles`` that may answer; empty where everybody may."""
        found = self.asked.get(which)
        return tuple(map(str, found)) if isinstance(found, list) else ()

    def is_over(self, now: datetime) -> bool:
        """Whether nobody may answer any more."""
        return self.expires is not None and self.expires <= now

    def as_json(self) -> dict[str, Json]:
        """It by stable keys, masked."""
        asked = self.masker.json(dict(self.asked))
        return {
            "id": self.id,
            "action": self.action_ref,
            "parent": self.origin.parent,
            "task": self.origin.task,
            "room": self.origin.room,
            "user": self.origin.principal.display,
            "expires": None if self.expires is None else self.expires.isoformat(),
            **(asked if isinstance(asked, dict) else {}),
        }


def inquiries_of(keeper: Keeper) -> Iterator[Inquiry]:
    """All that wait, the oldest first.

    Raises:
        RecordError: One is damaged.
    """
    for kept in keeper.store.all(Kind.INQUIRY):
        yield inquiry_of(keeper, kept)


def inquiry_of(keeper: Keeper, kept: Kept) -> Inquiry:
    """The inquiry that is kept so.

    Raises:
        RecordError: It is damaged.
    """
    prepared, origin = keeper.opened(kept)
    loaded: _Loaded = kept.data
    try:
        asked, expires = dict(loaded["asked"]), loaded["expires"]
        until = None if expires is None else datetime.fromisoformat(expires)
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(f"what was kept of inquiry {kept.id} is damaged") from error
    return Inquiry(
        id=kept.id,
        action_ref=prepared.execution.action_ref,
        alias_ref=prepared.execution.alias_ref,
        origin=origin,
        asked=asked,
        masker=prepared.masker,
        expires=until,
        parameters=_whole_parameters(keeper, prepared, origin),
    )


def _whole_parameters(keeper: Keeper, prepared: Prepared, origin: Origin) -> JsonObject | None:
    """The parameters of the outermost workflow, or of the inquiry where it is in none."""
    while origin.parent is not None and origin.task is not None:
        kept = keeper.find(origin.parent)
        if kept is None:
            return None
        try:
            prepared, origin = keeper.opened(kept)
        except ChatOpsError:
            return None
    return prepared.bound.all


def may_answer(world: World, message: Message, inquiry: Inquiry) -> Decision:
    """Whether the person who wrote `message` may answer.

    Where the inquiry names users, it has to be one of them: an id, or ``network:workspace:user``;
    names that people show are not asked. Where it names roles, the person has to have one. Where it
    names nobody, whoever may run what asks may answer.

    Source: StackStorm, ``st2common/services/inquiry.py``: both have to fit.
    """
    users, roles = inquiry.names("users"), inquiry.names("roles")
    principal = message.principal
    if not users and not roles:
        whole = inquiry.origin.within[0] if inquiry.origin.within else inquiry.action_ref
        alias_ref = None if inquiry.origin.within else inquiry.alias_ref
        given = inquiry.parameters
        return world.decide(message, whole, alias_ref, parameters=given, operation=Operation.ANSWER)
    if users and not {principal.user, str(principal)} & {*users}:
        who = ", ".join(users)
        return Decision(allowed=False, rule="inquiry.users", reason=f"only {who} may answer")
    if roles and not world.person(message).roles & {*roles}:
        who = ", ".join(roles)
        return Decision(allowed=False, rule="inquiry.roles", reason=f"only the role {who} may")
    named = "users" if users else "roles"
    return Decision(
        allowed=True,
        rule=f"inquiry.{named}",
        reason=f"the inquiry names {principal.display} among those who may answer",
    )


def read_words(inquiry: Inquiry, words: Iterable[str]) -> dict[str, Json]:
    """The answer in ``name=value`` words, or in one plain text where one thing is asked for.

    Raises:
        ParameterError: It can't be read.
    """
    listed = list(words)
    properties = inquiry.properties
    pairs = [word.partition("=") for word in listed]
    if listed and all(equals and name in properties for name, equals, _ in pairs):
        given: dict[str, Json] = {}
        for name, _, value in pairs:
            if name in given:
                raise ParameterError(f"{name!r} is given twice", hint="give it once")
            given[name] = value
        return given
    needed = [name for name, part in properties.items() if part.get("required") is True]
    asked = needed or list(properties)
    if len(asked) == 1 and listed:
        return {asked[0]: " ".join(listed)}
    wrong = next(
        (
            word
            for word, (name, *_) in zip(listed, pairs, strict=True)
            if name not in properties or "=" not in word
        ),
        "",
    )
    what = f"{wrong!r} answers nothing that is asked" if wrong else "the answer is empty"
    raise ParameterError(what, hint=f"write {usage_of(inquiry)}")


def usage_of(inquiry: Inquiry) -> str:
    """How an answer is written, for a hint."""
    return " ".join(f"{name}=…" for name in inquiry.properties) or "name=value"


def read_json(text: str) -> dict[str, Json]:
    """The answer in a JSON object.

    Raises:
        ParameterError: It isn't one.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParameterError(f"the response is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise ParameterError("the response has to be a JSON object")
    return found


def checked(inquiry: Inquiry, given: Mapping[str, Json]) -> dict[str, Json]:
    """The answer cast to what is asked for, with defaults; all that is wrong is in one message.

    Raises:
        ParameterError: It doesn't fit the schema, or that is broken.
    """
    response: dict[str, Json] = {}
    mistakes = []
    for name, value in given.items():
        part = inquiry.properties.get(name, {})
        try:
            response[name] = cast(_plain_bool(value, part), part)
        except CastError as error:
            told = shown(value, is_secret=part.get("secret") is True)
            mistakes.append(f"{name!r} {error}, not {told}")
            continue
        if response[name] is None and part.get("required") is True:
            mistakes.append(f"{name!r} is missing")
    for name, part in inquiry.properties.items():
        if name not in given and "default" in part:
            response[name] = part["default"]
        elif name not in given and part.get("required") is True:
            mistakes.append(f"{name!r} is missing")
    if not mistakes:
        mistakes.extend(_misfits(inquiry, response))
    if mistakes:
        raise ParameterError(
            f"the response to {inquiry.id} does not fit: {'; '.join(mistakes)}",
            hint=f"see 'chatops inquiry show {inquiry.id}'",
        )
    return response


def misfit(name: str, schema: JsonObject, value: Json) -> str | None:
    """What is wrong with one part of an answer; None where nothing is."""
    is_secret = has_secret(schema)
    try:
        found = cast(_plain_bool(value, schema), schema)
        plain = {key: each for key, each in schema.items() if key != "required"}
        return SchemaChecker().mistake(
            found, Parameter(name=name, schema=plain), is_secret=is_secret
        )
    except CastError as error:
        return str(error)
    except SchemaError as error:
        return f"its schema is broken: {error}"


def secrets_of(inquiry: Inquiry, response: JsonObject) -> tuple[Json, ...]:
    """What is secret in an answer, by the schema."""
    return tuple(secret_values(dict(response), inquiry.properties))


def _misfits(inquiry: Inquiry, response: dict[str, Json]) -> Iterator[str]:
    schema = {"type": "object", **inquiry.schema}
    parameter = Parameter(name="response", schema=schema)
    is_secret = any(map(has_secret, inquiry.properties.values()))
    try:
        wrong = SchemaChecker().mistake(response, parameter, is_secret=is_secret)
    except SchemaError as error:
        raise ParameterError(f"the schema of inquiry {inquiry.id} is broken: {error}") from error
    if wrong is not None:
        yield wrong


def _plain_bool(value: Json, schema: JsonObject) -> Json:
    """Yes and no, as people say them."""
    if schema.get("type") == "boolean" and isinstance(value, str):
        said = value.strip().lower()
        if said in YES | NO:
            return said in YES
    return value
