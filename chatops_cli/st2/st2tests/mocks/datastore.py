"""A datastore in memory."""

from st2client.models.keyvalue import KeyValuePair
from st2common.constants.keyvalue import DATASTORE_KEY_SEPARATOR, SYSTEM_SCOPE
from st2common.services.datastore import BaseDatastoreService

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any


class MockDatastoreService(BaseDatastoreService):  # type: ignore[misc]  # typed where it stands
    """The datastore of one class: names are local to it unless asked; values stay as they are.

    Nothing expires and nothing is encrypted; scopes are not told apart.

    Source: StackStorm, `st2tests.mocks.datastore`.
    """

    def __init__(
        self, logger: "Any", pack_name: str, class_name: str, api_username: "str | None" = None
    ) -> None:
        self._pack_name = pack_name
        self._class_name = class_name
        self._username = api_username or "admin"
        self._logger = logger
        self._datastore_items: "dict[str, KeyValuePair]" = {}

    def get_user_info(self) -> "dict[str, object]":
        """An administrator."""
        return {
            "username": self._username,
            "rbac": {"is_admin": True, "enabled": True, "roles": ["admin"]},
            "authentication": {"method": "authentication token", "location": "header"},
        }

    def list_values(
        self,
        local: bool = True,
        limit: "int | None" = None,
        prefix: "str | None" = None,
        offset: int = 0,
    ) -> "list[KeyValuePair]":
        """The values whose names start so; `limit` and `offset` change nothing."""
        start = self._full_name("", local) + (prefix or "")
        return [item for name, item in self._datastore_items.items() if name.startswith(start)]

    def get_value(
        self, name: str, local: bool = True, scope: str = SYSTEM_SCOPE, decrypt: bool = False
    ) -> "Any":
        """The value as it was set, None where there is none."""
        item = self._datastore_items.get(self._full_name(name, local))
        return None if item is None else item.value

    def set_value(
        self,
        name: str,
        value: "Any",
        ttl: "float | None" = None,
        local: bool = True,
        scope: str = SYSTEM_SCOPE,
        encrypt: bool = False,
    ) -> bool:
        """The value has this name; that it would expire is a warning to the logger."""
        full = self._full_name(name, local)
        item = KeyValuePair(id=full, name=full, value=value)
        if ttl:
            self._logger.warning("values of tests do not expire: the ttl has no effect")
            item.ttl = ttl
        self._datastore_items[full] = item
        return True

    def delete_value(self, name: str, local: bool = True, scope: str = SYSTEM_SCOPE) -> bool:
        """Whether there was such a value; now there is none."""
        return self._datastore_items.pop(self._full_name(name, local), None) is not None

    def _full_name(self, name: str, local: bool) -> str:
        if not local:
            return name
        return f"{self._pack_name}.{self._class_name}{DATASTORE_KEY_SEPARATOR}{name}"
