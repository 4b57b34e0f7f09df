"""A value of the datastore, as packs know it. Source: StackStorm, `st2client.models.keyvalue`."""

from _chatops_missing import names_of

from .core import Resource

__getattr__ = names_of(__name__)

TYPE_CHECKING = False  # importing `typing` takes longer than all of this


class KeyValuePair(Resource):
    """A name with its value; attributes are whatever it was made with, as StackStorm's are.

    What the datastore gives has `name`, `value`, `scope`, `user` (in scope user), `secret`,
    `encrypted` (the value is the ciphertext), and `expire_timestamp`, where it has one.
    """

    _repr_attributes = ("name",)  # its value may be secret

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

    def get_id(self) -> "str | None":
        """Its name: StackStorm has no other id for it."""
        return getattr(self, "name", None)

    def set_id(self, value: object) -> None:
        """Without effect, as there."""

    id = property(get_id, set_id)
