"""What templates written for Python 2 call: the `six` names, and methods that dicts have lost.

Seen in public packs: ``execution.result.result.iteritems()`` and ``(… | selectattr(…)).next()``.
Both fail in StackStorm since it runs on Python 3; here they work.
"""

from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from functools import partial
from types import MappingProxyType


class Six:
    """The names of the `six` module that result templates use.

    None of them is a class: ``str`` itself would let a template format attributes that the sandbox
    keeps from it (``str.format('{0.__class__}', …)``).

    Source: StackStorm, `chatops.format_execution_result`, whose context holds the module.
    """

    PY2 = False
    PY3 = True

    @staticmethod
    def text_type(value: object = "") -> str:
        return str(value)

    @staticmethod
    def iteritems(mapping: Mapping[str, object]) -> ItemsView[str, object]:
        return mapping.items()

    @staticmethod
    def iterkeys(mapping: Mapping[str, object]) -> KeysView[str]:
        return mapping.keys()

    @staticmethod
    def itervalues(mapping: Mapping[str, object]) -> ValuesView[object]:
        return mapping.values()


DICT_METHODS: Mapping[str, Callable[[dict[str, object]], Callable[..., object]]] = MappingProxyType(
    {
        "iteritems": lambda mapping: mapping.items,
        "iterkeys": lambda mapping: mapping.keys,
        "itervalues": lambda mapping: mapping.values,
        "viewitems": lambda mapping: mapping.items,
        "viewkeys": lambda mapping: mapping.keys,
        "viewvalues": lambda mapping: mapping.values,
        "has_key": lambda mapping: mapping.__contains__,
    }
)
"""Name of a method that dicts had, to what makes it for one dict."""


def next_method(iterator: Iterator[object], undefined: object) -> Callable[[], object]:
    """What ``iterator.next()`` calls: the next item, or `undefined` after the last."""
    return partial(next, iterator, undefined)
