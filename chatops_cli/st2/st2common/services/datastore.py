"""The datastore service of an action: names are local to the pack and the class unless asked.

Source: StackStorm, `st2common.services.datastore`. **Ours**: a value that can't be read or removed
is an error, where StackStorm logs it and gives None or False; scope user is allowed.
"""

from _chatops_missing import names_of

from ..constants.keyvalue import DATASTORE_KEY_SEPARATOR, SYSTEM_SCOPE

__getattr__ = names_of(__name__)

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from st2client.client import Client
    from st2client.models import KeyValuePair


class BaseDatastoreService:
    """What actions and sensors reach the datastore by."""

    DATASTORE_NAME_SEPARATOR = DATASTORE_KEY_SEPARATOR

    def get_api_client(self) -> "Client":
        """The client that is asked; tests of packs put another in its place."""
        raise NotImplementedError


class ActionDatastoreService(BaseDatastoreService):
    """What `action_service` hands its calls on to."""

    def __init__(self, pack_name: str, class_name: str, user: str) -> None:
        self._prefix = pack_name + "." + class_name + DATASTORE_KEY_SEPARATOR
        self._user = user

    def get_api_client(self) -> "Client":
        """The client that packs make themselves, otherwise."""
        from st2client.client import Client

        return Client(user=self._user)

    def list_values(
        self,
        local: bool = True,
        prefix: "str | None" = None,
        limit: "int | None" = None,
        offset: "int | None" = 0,
    ) -> "list[KeyValuePair]":
        """The values whose names start so."""
        start = (self._prefix if local else "") + (prefix or "")
        client = self.get_api_client()
        found: "list[KeyValuePair]" = client.keys.get_all(prefix=start, limit=limit, offset=offset)
        return found

    def get_value(
        self, name: str, local: bool = True, scope: str = SYSTEM_SCOPE, decrypt: bool = False
    ) -> "str | None":
        """The value, None where there is none; of a secret one the ciphertext, unless decrypted."""
        found = self.get_api_client().keys.get_by_name(
            self._full(name, local), scope=scope, decrypt=decrypt
        )
        return None if found is None else found.value

    def set_value(
        self,
        name: str,
        value: object,
        ttl: "float | None" = None,
        local: bool = True,
        scope: str = SYSTEM_SCOPE,
        encrypt: bool = False,
    ) -> bool:
        """The value, as text, has this name, for `ttl` seconds or for good."""
        from st2client.models import KeyValuePair

        pair = KeyValuePair(name=self._full(name, local), value=str(value), scope=scope)
        pair.secret = encrypt
        pair.ttl = ttl
        self.get_api_client().keys.update(pair)
        return True

    def delete_value(self, name: str, local: bool = True, scope: str = SYSTEM_SCOPE) -> bool:
        """There is no value of this name."""
        from st2client.models import KeyValuePair

        pair = KeyValuePair(name=self._full(name, local), scope=scope)
        done: bool = self.get_api_client().keys.delete(pair)
        return done

    def _full(self, name: str, local: bool) -> str:
        return self._prefix + name if local else name
