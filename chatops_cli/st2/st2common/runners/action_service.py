"""What an action may ask of the program that runs it."""

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from .python_action import ActionWrapper

SYSTEM_SCOPE = "st2kv.system"


class DatastoreUnavailableError(NotImplementedError):
    """The key-value datastore was asked for, which this version does not have."""

    def __init__(self, method: str) -> None:
        super().__init__(
            f"action_service.{method}: this version of chatops has no datastore yet; "
            "keep the value in the pack's configuration or in a file"
        )


class ActionService:
    """Handed to every action. `get_user_info` works; the datastore comes with a later version.

    Source: StackStorm, Python runner, methods of the action service.
    """

    def __init__(self, action_wrapper: "ActionWrapper") -> None:
        self._action_wrapper = action_wrapper

    @property
    def datastore_service(self) -> object:
        """Not there."""
        raise DatastoreUnavailableError("datastore_service")

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
    ) -> "list[object]":
        """Not there."""
        raise DatastoreUnavailableError("list_values")

    def get_value(
        self, name: str, local: bool = True, scope: str = SYSTEM_SCOPE, decrypt: bool = False
    ) -> "str | None":
        """Not there."""
        raise DatastoreUnavailableError("get_value")

    def set_value(
        self,
        name: str,
        value: str,
        ttl: "int | None" = None,
        local: bool = True,
        scope: str = SYSTEM_SCOPE,
        encrypt: bool = False,
    ) -> bool:
        """Not there."""
        raise DatastoreUnavailableError("set_value")

    def delete_value(self, name: str, local: bool = True, scope: str = SYSTEM_SCOPE) -> bool:
        """Not there."""
        raise DatastoreUnavailableError("delete_value")
