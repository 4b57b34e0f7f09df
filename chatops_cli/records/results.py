"""Masked results of executions, each in a file named by the digest of what it holds.

The audit log carries the digest, so a result can be found for ever and is known to be unchanged.
"""

import json
import os
import re
from pathlib import Path
from stat import S_ISREG

from chatops_cli.errors import NotFoundError, RecordError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.records.atomic import make_folder, unwritable, write_file
from chatops_cli.records.canonical import digest as digest_of
from chatops_cli.records.canonical import encode

FOLDER = "results"
"""The folder of results in the state folder."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


@frozen
class Stored:
    """A result that is on disk: the SHA-256 of its canonical JSON, and its size in bytes."""

    digest: str
    size: int


class ResultStore:
    """Keeps results in `folder`, which it makes when needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Where the result with this digest is, or would be.

        Raises:
            NotFoundError: This is no digest.
        """
        if _DIGEST.fullmatch(digest) is None:
            raise NotFoundError(f"'{digest[:80]}' is no digest of a result")
        return self.folder / _name(digest)

    def put(self, result: Json) -> Stored:
        """The masked result is on disk; the same result takes its place only once.

        Raises:
            RecordError: It couldn't be written.
        """
        data = encode(result)
        stored = Stored(digest=digest_of(data), size=len(data))
        try:
            # Nearly every end of an action that answers nothing: `path` is dearer.
            if _is_there(f"{self.folder}/{_name(stored.digest)}", stored.size):
                return stored
            path = self.path(stored.digest)
            make_folder(self.folder)
            make_folder(path.parent)
            write_file(path, data)
        except OSError as error:
            path = self.path(stored.digest)
            raise unwritable(
                "the result", path, error, hint="the audit log has its digest, not its content"
            ) from error
        return stored

    def get(self, digest: str) -> Json:
        """The result with this digest.

        Raises:
            NotFoundError: It isn't here.
            RecordError: The file is damaged or can't be read.
        """
        value: Json = json.loads(self.read(digest))
        return value

    def read(self, digest: str) -> bytes:
        """The canonical JSON of the result; same errors as `get`."""
        path = self.path(digest)
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError(
                f"the result {digest[:12]}… is not in {self.folder}",
                hint="it was removed, or never written because the disk was full",
            ) from error
        except OSError as error:
            raise RecordError(f"the result {path} cannot be read: {error.strerror}") from error
        if digest_of(data) != digest:
            raise RecordError(
                f"the result {path} is damaged: its content isn't that of its digest",
                hint="take the file from a backup; the audit log says what its digest has to be",
            )
        return data


def _name(digest: str) -> str:
    return f"{digest[:2]}/{digest}.json"


def _is_there(path: str, size: int) -> bool:
    """Whether the file is there whole: it was moved there when it was."""
    try:
        found = os.stat(path)  # noqa: PTH116  # once for each end; `Path.stat` is dearer
    except FileNotFoundError:
        return False
    return S_ISREG(found.st_mode) and found.st_size == size
