"""What a network's answers and events hold: whatever it sends, it is looked into with care."""

from collections.abc import Mapping


def inner(data: object, *keys: str) -> str:
    """A text in objects in objects, empty where there is none."""
    for key in keys:
        if not isinstance(data, Mapping):
            return ""
        data = data.get(key)
    return data if isinstance(data, str) else ""
