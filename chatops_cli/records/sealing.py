"""JSON in files that others must not read: encrypted where the datastore has a key."""

import json
from pathlib import Path

from chatops_cli.errors import RecordError
from chatops_cli.model.json import Json
from chatops_cli.records.atomic import make_folder, unwritable, write_file

_PLAIN, _SEALED = "data", "sealed"
_VERSION = 1


class Sealer:
    """Writes and reads such files.

    Args:
        key_file: The key of the datastore's secret values. Where there is none, files are written
            as they are, for their owner only.
    """

    def __init__(self, key_file: Path) -> None:
        self._key_file = key_file

    def write(self, path: Path, name: str, value: Json) -> None:
        """The value is in the file, on disk; it can be read under this name only.

        Raises:
            RecordError: It can't be written.
            CipherMissingError: There is a key, and nothing to encrypt with.
        """
        # ASCII: text may hold lone surrogates, which UTF-8 can't.
        text = json.dumps(value, separators=(",", ":"))
        document: dict[str, Json] = {"v": _VERSION, "name": name}
        if self._key_file.exists():
            from chatops_cli.records.cipher import encrypt
            from chatops_cli.records.key_file import read_key

            document[_SEALED] = encrypt(text, read_key(self._key_file), ("workflows", "", name))
            data = json.dumps(document)
        else:
            data = f'{json.dumps(document)[:-1]},"{_PLAIN}":{text}}}'
        try:
            make_folder(path.parent)
            write_file(path, data.encode("ascii") + b"\n")
        except OSError as error:
            raise unwritable("the file", path, error, hint="free some space") from error

    def read(self, path: Path, name: str) -> Json:
        """What was written under this name.

        Raises:
            FileNotFoundError: There is no such file.
            RecordError: It can't be read, or isn't what was written there.
        """
        try:
            found = json.loads(path.read_bytes())
            if not isinstance(found, dict) or (found.get("v"), found.get("name")) != (
                _VERSION,
                name,
            ):
                raise damaged(path)
            if _SEALED not in found:
                plain: Json = found[_PLAIN]
                return plain
            from chatops_cli.records.cipher import decrypt
            from chatops_cli.records.key_file import read_key

            key = read_key(self._key_file)
            opened: Json = json.loads(decrypt(str(found[_SEALED]), key, ("workflows", "", name)))
        except FileNotFoundError:
            raise
        except OSError as error:
            raise RecordError(f"the file {path} cannot be read: {error.strerror}") from error
        except (ValueError, LookupError, RecursionError) as error:
            raise damaged(path) from error
        return opened


def damaged(path: Path) -> RecordError:
    """The error of a file that isn't what was written there."""
    return RecordError(
        f"the file {path} is damaged, or of another version",
        hint="take it from a backup, or remove it: the execution can't go on without it",
    )
