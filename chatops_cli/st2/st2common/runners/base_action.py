"""The base class of Python actions, how the one in a file is made, and what it is handed.

Each module takes a hundredth of the time that a new interpreter does: what every action needs is
together.

Source: StackStorm, `st2common.runners.base_action`, and its Python runner for the rest.
"""

import abc
import os
import sys

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    import logging
    from collections.abc import Mapping
    from types import ModuleType
    from typing import Any

    from st2client.models import KeyValuePair

    from ..services.datastore import ActionDatastoreService

    Config = dict[str, object]
else:
    Config = dict

FRESH = 2
"""Seconds after a change of an action's file in which nothing compiled of it is kept."""
SYSTEM_SCOPE = "system"
LOG_FORMAT = "%(name)-12s: %(levelname)-8s %(message)s"


def __getattr__(name: str) -> object:
    if name == "__path__":  # each import from here asks for it
        raise AttributeError(name)
    from _chatops_missing import names_of  # loaded where something is missing: it takes its time

    return names_of(__name__)(name)


class PackConfigDict(Config):
    """A pack's configuration: a key that isn't there says where it should be."""

    def __init__(self, pack_name: str, values: "Mapping[str, object] | None" = None) -> None:
        super().__init__(values or {})
        self._pack_name = pack_name

    def __getitem__(self, key: str) -> object:
        try:
            return super().__getitem__(key)
        except KeyError:
            raise ValueError(
                # These words are looked for: packs' tests tell a missing key by them.
                f'Config for pack "{self._pack_name}" is missing key "{key}": '
                f"add it to configs/{self._pack_name}.yaml"
            ) from None


class NamedConfig(Config):
    """The configuration as an action's class is made with it: a plain dict that knows its pack."""

    pack = "unknown"


class _LazyLogger:
    """Makes the action's logger when it is first asked for: `logging` takes as long as Python."""

    def __get__(self, action: "Action | None", owner: type) -> "logging.Logger":
        if action is None:
            raise AttributeError("logger")  # an action has one, its class doesn't
        wrapper = getattr(action.__dict__.get("action_service"), "_action_wrapper", None)
        level = getattr(wrapper, "_log_level", "DEBUG")
        logger = get_logger_for_python_runner_action(type(action).__name__, level)
        action.__dict__["logger"] = logger
        return logger


class ActionWrapper:
    """What the action service and the base class know of the call; names are StackStorm's."""

    def __init__(self, request: "dict[str, Any]", class_name: str) -> None:
        self._pack = request["pack"]
        self._context = request["context"]
        self._log_level = request["log_level"]
        self._class_name = class_name


class ActionService:
    """Handed to every action. What it does is done by the datastore service, made when needed.

    Source: StackStorm, Python runner, methods of the action service.
    """

    def __init__(self, action_wrapper: "ActionWrapper") -> None:
        self._action_wrapper = action_wrapper
        self._datastore_service: "ActionDatastoreService | None" = None

    @property
    def datastore_service(self) -> "ActionDatastoreService":
        """The datastore, names local to this pack and class."""
        if self._datastore_service is None:
            from ..services.datastore import ActionDatastoreService

            wrapper = self._action_wrapper
            self._datastore_service = ActionDatastoreService(
                wrapper._pack, wrapper._class_name, str(wrapper._context.get("user") or "")
            )
        return self._datastore_service

    def get_user_info(self) -> "dict[str, object]":
        """Who the action runs for: `username`, `authentication` and `rbac`, as StackStorm's."""
        context = self._action_wrapper._context
        return {
            "username": context.get("user") or context.get("api_user"),
            "authentication": {"method": "chat", "location": context.get("source_channel")},
            "rbac": {"enabled": False, "roles": [], "is_admin": False},
        }

    def list_values(
        self,
        local: bool = True,
        prefix: "str | None" = None,
        limit: "int | None" = None,
        offset: "int | None" = None,
    ) -> "list[KeyValuePair]":
        """See `ActionDatastoreService.list_values`."""
        return self.datastore_service.list_values(local, prefix, limit, offset)

    def get_value(
        self, name: str, local: bool = True, scope: str = SYSTEM_SCOPE, decrypt: bool = False
    ) -> "str | None":
        """See `ActionDatastoreService.get_value`."""
        return self.datastore_service.get_value(name, local, scope, decrypt)

    def set_value(
        self,
        name: str,
        value: object,
        ttl: "float | None" = None,
        local: bool = True,
        scope: str = SYSTEM_SCOPE,
        encrypt: bool = False,
    ) -> bool:
        """See `ActionDatastoreService.set_value`."""
        return self.datastore_service.set_value(name, value, ttl, local, scope, encrypt)

    def delete_value(self, name: str, local: bool = True, scope: str = SYSTEM_SCOPE) -> bool:
        """See `ActionDatastoreService.delete_value`."""
        return self.datastore_service.delete_value(name, local, scope)


class Action(abc.ABC):
    """What a pack's action derives from. `run` gets the parameters by name."""

    description: "str | None" = None
    logger = _LazyLogger()

    def __init__(
        self, config: "Mapping[str, object] | None" = None, action_service: object = None
    ) -> None:
        wrapper = getattr(action_service, "_action_wrapper", None)
        pack = config.pack if isinstance(config, NamedConfig) else "unknown"
        self.config = PackConfigDict(getattr(wrapper, "_pack", pack), config)
        self.action_service = action_service

    @abc.abstractmethod
    def run(self, **kwargs: object) -> object:
        """The result, or `(succeeded, result)`."""


def get_logger_for_python_runner_action(
    action_name: str, log_level: str = "debug"
) -> "logging.Logger":
    """The logger of an action class: it writes to stderr, from `log_level` on."""
    import logging

    from .. import log

    logger = log.getLogger("actions.python." + action_name)
    if not logger.handlers:
        level = logging.getLevelName(log_level.upper())
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter(LOG_FORMAT))
        logger.addHandler(handler)
        logger.setLevel(level if isinstance(level, int) else logging.DEBUG)
    return logger


def make_action(request: "dict[str, Any]") -> "Any":
    """The action: `config` and `action_service` by name, the latter set later if it must be."""
    module = request["module"] = _load(request["path"])
    cls = _find_class(module, request["path"])
    service = ActionService(ActionWrapper(request, cls.__name__))
    config = NamedConfig(request["config"])
    config.pack = request["pack"]
    try:
        action = cls(config=config, action_service=service)
    except TypeError as error:
        if "unexpected keyword argument 'action_service'" not in str(error):
            raise
        action = cls(config=config)
        action.action_service = service
    return action


def _load(path: str) -> "ModuleType":
    """The module at `path`. As in StackStorm it isn't among `sys.modules`: it may have any name."""
    # These two modules are importlib.util's own; importing that one costs a millisecond.
    from _frozen_importlib import module_from_spec
    from _frozen_importlib_external import SourceFileLoader, spec_from_file_location

    name = os.path.basename(path)
    name = name[:-3] if name.endswith(".py") else name
    loader = SourceFileLoader(name, path)
    if _is_fresh(path):
        loader.set_data = _keep_nothing  # type: ignore[method-assign]  # of this one alone
    spec = spec_from_file_location(name, path, loader=loader)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _is_fresh(path: str) -> bool:
    """Whether it may change once more and look the same to Python, which compares whole seconds."""
    from time import time  # noqa: TID251  # the process of an action is given no clock

    return time() - os.stat(path).st_mtime < FRESH


def _keep_nothing(*_: object, **_more: object) -> None:
    """What is compiled is not kept: the next process would take it for another version."""


def _find_class(module: "ModuleType", path: str) -> "Any":
    """The first class in the order of names that is defined in the module and can be run.

    A subclass of `Action` goes before any other. Source: StackStorm, `st2common.util.loader`.
    """
    found = [
        value
        for _, value in sorted(vars(module).items())
        if isinstance(value, type)
        and value.__module__ == module.__name__
        and not getattr(getattr(value, "run", None), "__isabstractmethod__", False)
        and callable(getattr(value, "run", None))
    ]
    found.sort(key=lambda cls: not issubclass(cls, Action))
    if not found:
        sys.stderr.write(
            f"{path}: no class in this file derives from st2common.runners.base_action.Action "
            "and has a run method\n"
        )
        sys.exit(1)
    return found[0]
