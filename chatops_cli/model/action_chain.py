"""An ActionChain: tasks of which one runs after the other.

Values may hold Jinja at any depth, as may the names of what comes next.

Source: StackStorm, ``st2common/models/system/actionchain.py``.
"""

from collections.abc import Mapping
from dataclasses import field

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject
from chatops_cli.model.problem import Place


@frozen
class ChainTask:
    """One task. `on_success` and `on_failure` name what comes next, empty where nothing does.

    `publish` are names with templates; `notify` is as an action's.
    """

    name: str
    ref: str
    place: Place
    parameters: JsonObject = field(default_factory=dict)
    publish: JsonObject = field(default_factory=dict)
    notify: JsonObject = field(default_factory=dict)
    on_success: str = ""
    on_failure: str = ""


@frozen
class ActionChain:
    """A whole chain. `tasks` are by their names, in file order; `default` names the first to run.

    `vars` are names with templates, rendered with the action's parameters before all else.
    """

    name: str
    place: Place
    tasks: Mapping[str, ChainTask] = field(default_factory=dict)
    default: str
    vars: JsonObject = field(default_factory=dict)
