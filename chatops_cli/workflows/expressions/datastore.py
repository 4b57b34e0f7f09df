"""``st2kv`` in expressions of workflows."""

from chatops_cli.rendering.datastore import Lookup, StoredValues
from chatops_cli.workflows.expressions.mistakes import MistakeError

_SYSTEM = "system."
_USER = "user."
_OPTIONS = frozenset({"decrypt", "default"})


class WorkflowValues(StoredValues):
    """``st2kv('system.x')``, ``st2kv('user.x')``, and ``st2kv('x')`` for the user's own ``x``.

    Source: StackStorm, ``orquesta_functions.st2kv``, which takes a name without a scope for one of
    the user. There ``user.x`` is a name of that scope as well; here it is its ``x``.
    """

    __slots__ = ()

    def __call__(self, key: str, **options: object) -> object:
        """The value; options are ``decrypt`` (true or false) and ``default`` (if absent)."""
        if not isinstance(key, str):
            raise MistakeError("st2kv takes the name of an item")
        if not isinstance(options.get("decrypt", False), bool):
            raise MistakeError("decrypt of st2kv is true or false")
        unknown = sorted(options.keys() - _OPTIONS)
        if unknown:
            raise MistakeError(f"st2kv has no option '{unknown[0]}'")
        name = key if key.startswith((_SYSTEM, _USER)) else _USER + key
        return super().__call__(name, **options)


def values_of(lookup: Lookup | None) -> WorkflowValues | None:
    """What ``st2kv`` is, None where there is no datastore."""
    return None if lookup is None else WorkflowValues(lookup)
