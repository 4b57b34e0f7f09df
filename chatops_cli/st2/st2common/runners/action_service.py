"""What an action may ask of the program that runs it."""

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any

    from st2client.models import KeyValuePair

    from ..services.datastore import ActionDatastoreService

SYSTEM_SCOPE = "system"


class ActionWrapper:
    """What the action service and the base class know of the call; names are StackStorm's."""

    def __init__(self, request: "dict[str, Any]", class_name: str) -> None:
        self._pack = request["pack"]
        self._context = request["context"]
        self._log_level = request["log_level"]
        self._class_name = class_name


class ActionService:
    """Handed to every action. What it does is done by the datastore service, made when needed.

    Source: StackStorm, Python runner, methods of the action service.
    """

    def __init__(self, action_wrapper: "ActionWrapper") -> None:
        self._action_wrapper = action_wrapper
        self._datastore_service: "ActionDatastoreService | None" = None

    @property
    def datastore_service(self) -> "ActionDatastoreService":
        """The datastore, names local to this pack and class."""
        if self._datastore_service is None:
            from ..services.datastore import ActionDatastoreService

            wrapper = self._action_wrapper
            self._datastore_service = ActionDatastoreService(
                wrapper._pack, wrapper._class_name, str(wrapper._context.get("user") or "")
            )
        return self._datastore_service

    def get_user_info(self) -> "dict[str, object]":
        """Who the action runs for: `username`, `authentication` and `rbac`, as StackStorm's."""
        context = self._action_wrapper._context
        return {
            "username": context.get("user") or context.get("api_user"),
            "authentication": {"method": "chat", "location": context.get("source_channel")},
            "rbac": {"enabled": False, "roles": [], "is_admin": False},
        }

    def list_values(
        self,
        local: bool = True,
        prefix: "str | None" = None,
        limit: "int | None" = None,
        offset: "int | None" = None,
    ) -> "list[KeyValuePair]":
        """See `ActionDatastoreService.list_values`."""
        return self.datastore_service.list_values(local, prefix, limit, offset)

    def get_value(
        self, name: str, local: bool = True, scope: str = SYSTEM_SCOPE, decrypt: bool = False
    ) -> "str | None":
        """See `ActionDatastoreService.get_value`."""
        return self.datastore_service.get_value(name, local, scope, decrypt)

    def set_value(
        self,
        name: str,
        value: object,
        ttl: "float | None" = None,
        local: bool = True,
        scope: str = SYSTEM_SCOPE,
        encrypt: bool = False,
    ) -> bool:
        """See `ActionDatastoreService.set_value`."""
        return self.datastore_service.set_value(name, value, ttl, local, scope, encrypt)

    def delete_value(self, name: str, local: bool = True, scope: str = SYSTEM_SCOPE) -> bool:
        """See `ActionDatastoreService.delete_value`."""
        return self.datastore_service.delete_value(name, local, scope)
