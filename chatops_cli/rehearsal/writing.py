"""Files of a project written whole: the old content stands, or the new one does."""

import os
from contextlib import suppress
from pathlib import Path

from chatops_cli.errors import ChatOpsError


def replace_text(path: Path, text: str) -> None:
    """The file holds this text; its permissions stay, and a link to it is followed.

    Raises:
        ChatOpsError: It can't be written.
    """
    target = path.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        try:
            part.write_text(text, encoding="utf-8", newline="")
            if target.exists():
                part.chmod(target.stat().st_mode & 0o7777)
            part.replace(target)
        finally:
            with suppress(FileNotFoundError):
                part.unlink()
    except OSError as error:
        raise ChatOpsError(f"{path} can't be written: {error.strerror}") from error
