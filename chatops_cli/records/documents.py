"""Small documents that people like to read and edit: TinyDB over a file that is never half there.

For up to a thousand documents and a write a second; a larger file is read and written as a whole
each time. Not for what two machines share, nor for secrets.
"""

import json
import logging
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from chatops_cli.errors import RecordError
from chatops_cli.model.json import Json
from chatops_cli.records.atomic import make_folder, sweep, unwritable, write_file
from chatops_cli.records.lock import PATIENCE, locked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tinydb import TinyDB

LARGE = 1024 * 1024
"""Bytes from which on each write is told to be slow."""

Tables: TypeAlias = dict[str, dict[str, dict[str, Json]]]

_log = logging.getLogger(__name__)


class Documents:
    """The documents in the file at `path`: a JSON object of tables, each of documents by number."""

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        self.path = path
        self._patience = patience

    @contextmanager
    def reading(self) -> "Iterator[TinyDB]":
        """The documents as they were last written; what is changed in them is not kept."""
        from tinydb import TinyDB

        # Anew each time: a table remembers its next number, which other processes may have used.
        with TinyDB(storage=lambda: _Memory(_load(self.path))) as database:
            yield database

    @contextmanager
    def changing(self) -> "Iterator[TinyDB]":
        """All changes that the block makes are on disk after it, or none if it raises.

        Raises:
            RecordError: The file is damaged, in use for too long, or can't be written.
        """
        from tinydb import TinyDB

        try:
            make_folder(self.path.parent)
            with locked(self.path.with_name(f"{self.path.name}.lock"), patience=self._patience):
                sweep(self.path)
                memory = _Memory(_load(self.path))
                with TinyDB(storage=lambda: memory) as database:
                    yield database
                if memory.is_changed:
                    self._save(memory.tables)
        except OSError as error:
            raise unwritable(
                "the file", self.path, error, hint="what it held before is still there"
            ) from error

    def _save(self, tables: Tables) -> None:
        # A lone surrogate becomes its escape, which JSON reads as what it was.
        text = json.dumps(tables, ensure_ascii=False, indent=2) + "\n"
        data = text.encode("utf-8", "backslashreplace")
        if len(data) > LARGE:
            _log.warning("documents.large path=%s bytes=%d", self.path, len(data))
        write_file(self.path, data)


class _Memory:
    """What TinyDB takes for a storage: the tables of one transaction."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.is_changed = False

    def read(self) -> Tables:
        return self.tables

    def write(self, data: Tables) -> None:
        self.tables = data
        self.is_changed = True

    def close(self) -> None:
        """Nothing is open."""


def _load(path: Path) -> Tables:
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise RecordError(f"the file {path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise _damaged(path, str(error)) from error
    if (wrong := _wrong(data)) is not None:
        raise _damaged(path, wrong)
    tables: Tables = data
    return tables


def _wrong(data: Json) -> str | None:
    """What isn't as TinyDB wants it; someone may have edited the file."""
    if not isinstance(data, dict):
        return "it has to be an object of tables"
    for name, table in data.items():
        if not isinstance(table, dict):
            return f"table '{name}' has to be an object of documents"
        for number, document in table.items():
            if not (number.isascii() and number.isdigit()):
                return f"table '{name}' has a document '{number}'; documents have numbers"
            if not isinstance(document, dict):
                return f"document {number} of table '{name}' has to be an object"
    return None


def _damaged(path: Path, why: str) -> RecordError:
    return RecordError(
        f"the file {path} cannot be used: {why}", hint="mend it, or move it away to begin anew"
    )
