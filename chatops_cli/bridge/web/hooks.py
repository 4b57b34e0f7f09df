"""What other programs have the bridge say or run: each delivery once, known and on disk first."""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import parse_qs

from chatops_cli.bridge.tracing import taking
from chatops_cli.bridge.web.signatures import UnsignedError, verified
from chatops_cli.errors import ChatOpsError, NotFoundError
from chatops_cli.model.chat import Message, Principal, Wanted
from chatops_cli.model.frozen import frozen
from chatops_cli.model.hook import Hook
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.trace import UNTRACED, Tracer
from chatops_cli.rendering.templates import Templates

NETWORK = "hook"
"""The network of principals that are hooks: rules name one as ``hook::NAME``."""
SECRET = frozenset({"authorization", "cookie", "proxy-authorization", "x-gitlab-token"})
"""Headers that templates aren't given."""
NO = frozenset({"", "false", "no", "none", "null", "0", "off"})

_log = logging.getLogger(__name__)


class UnreadableError(ChatOpsError):
    """What was sent is not what the hook takes."""


@frozen
class Outlet:
    """Where a hook's work goes.

    `take` takes a message that asks for something, for the room of an address; `say` says a text in
    one, under a key that is said once. Both are on disk when they return, and raise `RecordError`;
    `NotFoundError` where there is no such room.
    """

    take: Callable[[str, Message], bool]
    say: Callable[[str, str, str], bool]


class Hooks:
    """Takes deliveries.

    Args:
        find: The hook of a name, None where there is none.
        follow: What a reference to a secret stands for.
        outlet: Where they go.
        now: The time, aware UTC.
        new_id: An id for what has none.
        tracer: Told of deliveries; it continues the traces of those who sent them.
    """

    def __init__(
        self,
        *,
        find: Callable[[str], Hook | None],
        follow: Callable[[str], str],
        outlet: Outlet,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        tracer: Tracer = UNTRACED,
    ) -> None:
        self._tracer = tracer
        self._find = find
        self._follow = follow
        self._outlet = outlet
        self._now = now
        self._new_id = new_id
        self._templates = Templates()

    def deliver(self, name: str, headers: Mapping[str, str], body: bytes) -> JsonObject:
        """What a request is answered where it was taken; headers have small letters.

        Raises:
            NotFoundError: There is no such hook, or no such room.
            UnsignedError: It doesn't know the secret.
            UnreadableError: It isn't what the hook takes.
            RecordError: It can't be kept: it is to be sent again.
        """
        hook = self._find(name)
        if hook is None:
            raise NotFoundError("there is no such hook")
        try:
            secret = self._follow(hook.secret)
        except ChatOpsError as error:
            _log.error("hook-without-secret hook=%s error=%s", name, error.in_full)
            raise UnsignedError("no secret is known") from error
        delivery = verified(hook.scheme, secret, headers, body, self._now())
        # Whoever doesn't know the secret begins no span, and continues none.
        with taking(self._tracer, name, headers.get("traceparent", "")) as span:
            taken = self._taken(hook, delivery.id or self._new_id(), headers, body)
            span.set({"http.response.status_code": 202})
            return taken

    def _taken(
        self, hook: Hook, number: str, headers: Mapping[str, str], body: bytes
    ) -> JsonObject:
        # Whoever sends it knows the secret; a template needs none of these.
        shown: JsonObject = {key: text for key, text in headers.items() if key not in SECRET}
        context = {"body": _read(headers.get("content-type", ""), body), "headers": shown}
        if hook.when and self._text(hook, "when", hook.when, context).strip().lower() in NO:
            return {"id": number, "taken": False}
        do = self._run if hook.alias else self._say
        is_new = do(hook, number, context)
        _log.info("hook-taken hook=%s id=%s new=%s", hook.name, number, is_new)
        return {"id": number, "taken": True, "new": is_new}

    def _say(self, hook: Hook, number: str, context: Mapping[str, object]) -> bool:
        text = self._text(hook, "text", hook.text, context)
        return self._outlet.say(hook.room, f"{NETWORK} {hook.name} {number}", text)

    def _run(self, hook: Hook, number: str, context: Mapping[str, object]) -> bool:
        try:
            given = self._templates.render_json(dict(hook.parameters), context, strict=True)
        except ChatOpsError as error:
            raise self._failed(hook, "parameters", error) from error
        assert isinstance(given, dict)
        principal = Principal(network=NETWORK, user=hook.name)
        return self._outlet.take(
            hook.room,
            Message(
                id=f"{hook.name} {number}",
                text=f"hook {hook.name}: {hook.alias}",
                principal=principal,
                room=hook.room,
                time=self._now(),
                is_direct=True,
                wanted=Wanted(alias=hook.alias, parameters=given),
                traceparent=self._tracer.traceparent,
            ),
        )

    def _text(self, hook: Hook, key: str, text: str, context: Mapping[str, object]) -> str:
        try:
            return self._templates.render(text, context, strict=True)
        except ChatOpsError as error:
            raise self._failed(hook, key, error) from error

    def _failed(self, hook: Hook, key: str, error: ChatOpsError) -> UnreadableError:
        _log.warning("hook-failed hook=%s key=%s error=%s", hook.name, key, error.message)
        return UnreadableError(f"the hook's {key} can't be made of this: {error.message}")


def _read(content_type: str, body: bytes) -> Json:
    """The body: JSON, or a form; GitHub's form has the JSON in its field ``payload``."""
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == "application/x-www-form-urlencoded":
            form = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=1000)
            if list(form) == ["payload"]:
                return _json(form["payload"][0])
            return {key: values[-1] for key, values in form.items()}
        if kind.endswith(("/json", "+json")):
            return _json(body or b"null")
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"the body is no {kind}") from error
    raise UnreadableError(f"a body of type {kind or 'nothing'} is not read: send application/json")


def _json(text: str | bytes) -> Json:
    found: Json = json.loads(text)
    return found
