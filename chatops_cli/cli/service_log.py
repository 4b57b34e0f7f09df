"""The log of what runs for long: a line each, for people or for what collects logs."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

_PARTS = 4
_SHAPE = "%(asctime)s %(levelname)s %(name)s %(message)s"


class JsonLines(logging.Formatter):
    """A record as one JSON object: time, level, logger, message; ``error`` is the kind of a bug.

    Where it is written in the course of work that is traced, ``trace_id`` and ``span_id`` are that
    work's; `traceparent` gives them.
    """

    def __init__(self, traceparent: Callable[[], str]) -> None:
        super().__init__()
        self._traceparent = traceparent

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter.format`."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        data = {
            "time": time,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            data["error"] = record.exc_info[0].__name__
        # Its shape: version, trace, span, flags.
        parts = self._traceparent().split("-")
        if len(parts) == _PARTS:
            data["trace_id"], data["span_id"] = parts[1:3]
        return json.dumps(data)


class Lines(logging.Formatter):
    """A record as text; of a bug its kind, for what it says may repeat a secret."""

    def formatException(self, ei: object) -> str:  # noqa: N802  # logging's name
        """See `logging.Formatter.formatException`."""
        kind = ei[0] if isinstance(ei, tuple) else None
        return f"  {getattr(kind, '__name__', 'error')}"


def log_to(stream: TextIO, *, as_json: bool, traceparent: Callable[[], str] = lambda: "") -> None:
    """What this program logs goes there, from now on; of libraries only what is a warning.

    `traceparent` is that of the work that a line is written in, empty where there is none.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines(traceparent) if as_json else Lines(_SHAPE))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("chatops_cli").setLevel(logging.INFO)
