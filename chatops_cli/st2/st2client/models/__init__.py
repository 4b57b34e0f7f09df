"""What the client gives and takes."""

from .keyvalue import KeyValuePair

__all__ = ["KeyValuePair"]
