"""What the client gives and takes; each class is imported when it is asked for."""

import sys

from _chatops_missing import names_of

from .keyvalue import KeyValuePair

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from .action import Action, Execution, LiveAction
    from .action_alias import ActionAlias, ActionAliasMatch
    from .aliasexecution import ActionAliasExecution
    from .core import Resource
    from .pack import Pack

__all__ = [
    "Action",
    "ActionAlias",
    "ActionAliasExecution",
    "ActionAliasMatch",
    "Execution",
    "KeyValuePair",
    "LiveAction",
    "Pack",
    "Resource",
]

_MODULES = {
    **dict.fromkeys(("Action", "Execution", "LiveAction"), "action"),
    **dict.fromkeys(("ActionAlias", "ActionAliasMatch"), "action_alias"),
    "ActionAliasExecution": "aliasexecution",
    "Resource": "core",
    "Pack": "pack",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        return names_of(__name__)(name)
    full = __name__ + "." + _MODULES[name]
    __import__(full)
    return getattr(sys.modules[full], name)
