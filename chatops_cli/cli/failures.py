"""Rules that fail while packs are checked: each traceback goes to a file, a line to the person."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from chatops_cli.cli.output import print_note


class _Files(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        from chatops_cli.cli.incident import keep

        error = record.exc_info[1] if record.exc_info else None
        path = keep(error) if error is not None else ""
        if path:
            rule = record.__dict__.get("rule", "")
            print_note(f"the rule {rule} failed: its traceback is in {path}")


@contextmanager
def kept_failures(name: str) -> Iterator[None]:
    """What this logger is told of goes to files meanwhile, and no traceback to the terminal."""
    logger, handler = logging.getLogger(name), _Files()
    before, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = before
