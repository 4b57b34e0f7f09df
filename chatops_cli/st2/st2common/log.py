"""Loggers as packs know them: names start with `st2.`, `audit` is a level above all others.

Keys of `extra` get an underscore in front, so that none clashes with an attribute of a record.

Source: StackStorm, `st2common.log`.
"""

import logging

from _chatops_missing import names_of

__getattr__ = names_of(__name__)

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any

AUDIT = logging.CRITICAL + 10
PREFIX = "st2."

logging.addLevelName(AUDIT, "AUDIT")


class Logger(logging.Logger):
    """A logger with `audit`."""

    def audit(self, msg: str, *args: object, **kwargs: "Any") -> None:
        """Logs `msg` above every other level."""
        if self.isEnabledFor(AUDIT):
            self._log(AUDIT, msg, args, **kwargs)

    def makeRecord(self, *args: "Any", **kwargs: "Any") -> logging.LogRecord:
        """The record, with the keys of its `extra` prefixed."""
        names = ("name", "level", "fn", "lno", "msg", "args", "exc_info", "func", "extra", "sinfo")
        kwargs.update(zip(names, args))
        extra = kwargs.get("extra")
        if extra:
            kwargs["extra"] = {"_" + key: value for key, value in extra.items()}
        return super().makeRecord(**kwargs)


def getLogger(name: str) -> logging.Logger:
    """The logger of that name, the same one for the same name."""
    if not name.startswith(PREFIX):
        name = PREFIX + name
    usual = logging.getLoggerClass()
    logging.setLoggerClass(Logger)
    try:
        return logging.getLogger(name)
    finally:
        logging.setLoggerClass(usual)
