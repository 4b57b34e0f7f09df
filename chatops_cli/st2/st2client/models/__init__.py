"""What the client gives and takes."""

from _chatops_missing import names_of

from .action import Action, Execution, LiveAction
from .action_alias import ActionAlias, ActionAliasMatch
from .aliasexecution import ActionAliasExecution
from .core import Resource
from .keyvalue import KeyValuePair
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

__getattr__ = names_of(__name__)
