"""One value of the key-value datastore, and whose it is."""

from datetime import datetime
from enum import StrEnum

from chatops_cli.model.frozen import frozen


class Scope(StrEnum):
    """Whose values: everybody's, or those of one user."""

    SYSTEM = "system"
    USER = "user"


@frozen
class Item:
    """A value with its name. `user` is empty in scope system.

    `secret` values are encrypted on disk; `encrypted` says that `value` holds the ciphertext.
    From `expires` (aware UTC) on, the item is gone.
    """

    scope: Scope
    name: str
    value: str
    user: str = ""
    secret: bool = False
    encrypted: bool = False
    expires: datetime | None = None

    def __repr__(self) -> str:
        """The item without its value, which may be a secret."""
        return f"Item({self.scope}, {self.name!r}, user={self.user!r})"
