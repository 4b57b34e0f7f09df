"""What every thing that the client knows is: attributes under names.

Source: StackStorm, `st2client.models.core`.
"""

from _chatops_missing import names_of

__getattr__ = names_of(__name__)

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any


class Resource:
    """A thing with whatever attributes it was made with; one that it lacks is an AttributeError."""

    _repr_attributes: "tuple[str, ...]" = ()

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> "Any": ...

    def __init__(self, *args: object, **attributes: object) -> None:
        for name, value in attributes.items():
            setattr(self, name, value)

    def to_dict(self, exclude_attributes: "list[str] | None" = None) -> "dict[str, Any]":
        """All attributes that are no private ones, but for those left out."""
        left_out = exclude_attributes or []
        return {name: value for name, value in self.serialize().items() if name not in left_out}

    def serialize(self) -> "dict[str, Any]":
        """All attributes that are no private ones."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    def __repr__(self) -> str:
        """The class and the attributes that tell one thing from another."""
        shown = ",".join(f"{name}={getattr(self, name, None)}" for name in self._repr_attributes)
        return f"<{type(self).__name__} {shown}>"
