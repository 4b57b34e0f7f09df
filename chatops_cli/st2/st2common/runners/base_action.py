"""The base class of Python actions.

Source: StackStorm, `st2common.runners.base_action` and the pack configuration it hands out.
"""

import abc

from _chatops_missing import names_of

__getattr__ = names_of(__name__)

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    import logging
    from collections.abc import Mapping

    Config = dict[str, object]
else:
    Config = dict

LOG_FORMAT = "%(name)-12s: %(levelname)-8s %(message)s"


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
