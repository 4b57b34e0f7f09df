"""The client that packs make; there is no server, and it needs no address.

`keys` is the datastore. `actions`, `executions` (also `liveactions`), `packs` and
``managers["ActionAlias"]`` can be read, as far as this program knows of them. What starts or
changes something there is refused by an error that names it.

Source: StackStorm, `st2client.client` and `st2client.models.core`: arguments of calls may stand by
themselves or in `params`.
"""

import sys

from _chatops_datastore import DatastoreError, ask
from _chatops_missing import NotProvidedError, names_of

from .models.keyvalue import KeyValuePair

__getattr__ = names_of(__name__)

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any

MANAGERS = {
    **dict.fromkeys(("actions", "Action"), ("actions", "action", "Action")),
    **dict.fromkeys(("executions", "Execution"), ("executions", "action", "Execution")),
    **dict.fromkeys(("liveactions", "LiveAction"), ("executions", "action", "LiveAction")),
    "ActionAlias": ("aliases", "action_alias", "ActionAlias"),
    **dict.fromkeys(("packs", "Pack"), ("packs", "pack", "Pack")),
}
"""What can be read, by attribute or key of `managers`: its kind, and the class with its module."""

MISSING = (
    *("apikeys", "inquiries", "policies", "policytypes", "rules", "runners", "sensors", "tokens"),
    *("triggertypes", "triggerinstances", "trace", "ruleenforcements", "webhooks", "workflows"),
    "get_user_info",
)
"""What StackStorm's client has beside those."""


class Client:
    """What packs ask this program through; whatever address or token it gets is not needed."""

    def __init__(self, *address: object, user: "str | None" = None, **options: object) -> None:
        self.keys = KeyValuePairManager(user)
        self.managers = _Managers(KeyValuePair=self.keys)

    def __getattr__(self, name: str) -> "Any":
        if name in MANAGERS:
            return self.managers[name]
        if name in MISSING:
            raise NotProvidedError("st2client's client." + name)
        raise AttributeError(name)


class _Managers(dict):  # type: ignore[type-arg]  # a generic one can't be written for Python 3.8
    """Managers by the names that StackStorm's client keeps them under, made when asked for."""

    def __missing__(self, name: str) -> "Any":
        if name not in MANAGERS:
            raise NotProvidedError(f"st2client's client.managers[{name!r}]")
        from _chatops_lookup import Manager

        kind, module, resource = MANAGERS[name]
        full = "st2client.models." + module
        __import__(full)
        self[name] = made = Manager(kind, kind, getattr(sys.modules[full], resource))
        return made


class KeyValuePairManager:
    """The values of the datastore: everybody's, and those of the user that the action runs for."""

    def __init__(self, user: "str | None" = None) -> None:
        self._user = user

    def get_by_name(self, name: str, **options: "Any") -> "KeyValuePair | None":
        """The value of this name, None where there is none."""
        asked = _Asked(options, self._user)
        scope = asked.scopes()[0]
        items = ask(do="get", scope=scope, name=name, decrypt=asked.decrypts())["items"]
        return _pair(items[0]) if items else None

    def get_by_id(
        self,
        id: str,  # noqa: A002  # its name there
        **options: "Any",
    ) -> "KeyValuePair | None":
        """The same: names are ids."""
        return self.get_by_name(id, **options)

    def get_by_ref_or_id(self, ref_or_id: str, **options: "Any") -> "KeyValuePair | None":
        """The same: names are ids."""
        return self.get_by_name(ref_or_id, **options)

    def get_all(self, **options: "Any") -> "list[KeyValuePair]":
        """All values, or those whose names start with `prefix`."""
        asked = _Asked(options, self._user)
        prefix, decrypt = asked.text("prefix"), asked.decrypts()
        found: "list[KeyValuePair]" = []
        for scope in asked.scopes():
            answer = ask(do="list", scope=scope, prefix=prefix, decrypt=decrypt)
            found += [_pair(item) for item in answer["items"]]
        start = int(asked.get("offset") or 0)
        limit = int(asked.get("limit") or -1)
        return found[start : start + limit if limit > 0 else None]

    def query(self, **options: "Any") -> "list[KeyValuePair]":
        """All values, those that start with `prefix`, or the one of a `name`."""
        name = _Asked(options, self._user).text("name")
        if not name:
            return self.get_all(**options)
        options = {key: value for key, value in options.items() if key != "name"}
        found = self.get_by_name(name, **options)
        return [] if found is None else [found]

    def query_with_count(self, **options: "Any") -> "tuple[list[KeyValuePair], int]":
        """The same, and how many there are."""
        found = self.query(**options)
        return found, len(found)

    def update(self, instance: KeyValuePair, **options: "Any") -> KeyValuePair:
        """The value has this name; with `secret` it is encrypted."""
        value = getattr(instance, "value", None)
        if not isinstance(value, str):
            raise DatastoreError(f"the value of {instance.id!r} is no text: make it one, by str()")
        if getattr(instance, "_ciphertext", None) == value:
            raise DatastoreError(
                f"the value of {instance.id!r} is encrypted: read it with decrypt=True to set it"
            )
        answer = ask(
            do="set",
            scope=_Asked({**options, **_place(instance)}, self._user).scopes()[0],
            name=instance.id,
            value=value,
            ttl=getattr(instance, "ttl", None) or options.get("ttl") or None,
            encrypt=bool(getattr(instance, "secret", False)),
        )
        return _pair(answer["items"][0])

    def create(self, instance: KeyValuePair, **options: "Any") -> KeyValuePair:
        """The same as `update`."""
        return self.update(instance, **options)

    def delete(self, instance: KeyValuePair, **options: "Any") -> bool:
        """There is no value of this name; True, also where there was none, as in StackStorm."""
        scope = _Asked({**options, **_place(instance)}, self._user).scopes()[0]
        ask(do="delete", scope=scope, name=instance.id)
        return True

    def delete_by_id(self, instance_id: str, **options: "Any") -> bool:
        """The same, by name."""
        return self.delete(KeyValuePair(name=instance_id), **options)


class _Asked:
    """The arguments of a call, those in `params` too; what only a server needs is passed over."""

    def __init__(self, options: "dict[str, Any]", user: "str | None") -> None:
        self._options = {**options, **(options.get("params") or {})}
        self._user = user

    def get(self, name: str) -> "Any":
        return self._options.get(name)

    def text(self, name: str) -> str:
        return str(self.get(name) or "")

    def decrypts(self) -> bool:
        return str(self.get("decrypt")).lower() == "true"

    def scopes(self) -> "tuple[str, ...]":
        """The scopes that are meant, without StackStorm's prefix; a user means theirs."""
        user = self.get("user")
        if user and user != self._user:
            raise DatastoreError(
                f"the values of {user!r} can't be reached: only those of whom the action runs for "
                "(leave the user out, and name the scope: user)"
            )
        scope = self.text("scope")
        scope = scope[6:] if scope.startswith("st2kv.") else scope
        if scope == "all":
            return ("user",) if user else ("system", "user")
        return (scope or ("user" if user else "system"),)


def _place(instance: KeyValuePair) -> "dict[str, Any]":
    """Where the pair itself says that it belongs."""
    found = {name: getattr(instance, name, None) for name in ("scope", "user")}
    if found["user"] == getattr(instance, "_own", None):
        del found["user"]  # it came from here: it is that of whom the action runs for
    return {name: value for name, value in found.items() if value}


def _pair(item: "dict[str, Any]") -> KeyValuePair:
    pair = KeyValuePair(
        name=item["name"],
        value=item["value"],
        scope=item["scope"],
        secret=item["secret"],
        encrypted=item["encrypted"],
    )
    if item["user"]:
        pair.user = pair._own = item["user"]
    if item["expires"]:
        pair.expire_timestamp = item["expires"]
    if item["encrypted"]:
        pair._ciphertext = item["value"]
    return pair
