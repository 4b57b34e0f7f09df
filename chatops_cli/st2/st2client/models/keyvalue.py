"""A value of the datastore, as packs know it. Source: StackStorm, `st2client.models.keyvalue`."""

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any


class KeyValuePair:
    """A name with its value; attributes are whatever it was made with, as StackStorm's are.

    What the datastore gives has `name`, `value`, `scope`, `user` (in scope user), `secret`,
    `encrypted` (the value is the ciphertext), and `expire_timestamp`, where it has one.
    """

    if TYPE_CHECKING:
        name: str
        value: str
        scope: str
        user: str
        secret: bool
        encrypted: bool
        ttl: "float | None"
        expire_timestamp: str
        _ciphertext: str
        """What the datastore gave, if that was encrypted: not to be set as it is."""
        _own: str
        """The user whose it is, as the datastore gave it."""

    def __init__(self, **attributes: "Any") -> None:
        for name, value in attributes.items():
            setattr(self, name, value)

    def get_id(self) -> "str | None":
        """Its name: StackStorm has no other id for it."""
        return getattr(self, "name", None)

    def set_id(self, value: object) -> None:
        """Without effect, as there."""

    id = property(get_id, set_id)

    def to_dict(self, exclude_attributes: "list[str] | None" = None) -> "dict[str, Any]":
        """All attributes."""
        left_out = exclude_attributes or []
        return {name: value for name, value in self.serialize().items() if name not in left_out}

    def serialize(self) -> "dict[str, Any]":
        """All attributes that are no private ones."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    def __repr__(self) -> str:
        """The pair without its value, which may be secret."""
        return f"<KeyValuePair name={self.id}>"
