"""The key that secret values of the datastore are encrypted with, in a file of its own.

Two kinds of files are read: our own, written by `generate`, and StackStorm's, so that values which
it has encrypted can be moved here. Source: StackStorm, ``st2common.util.crypto``: a JSON object
with ``aesKeyString``, ``hmacKey.hmacKeyString`` (both in URL-safe base64 without padding),
``mode`` CBC and ``size``.
"""

import json
import os
import stat
from base64 import b64decode, urlsafe_b64encode
from pathlib import Path
from typing import TypeAlias

from chatops_cli.errors import RecordError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.records.atomic import make_folder, sync_folder, unwritable, write_all

NAME = "datastore.key"
"""The file's name in the state folder."""
SIZE = 32
"""Bytes of a key."""
LARGEST = 64 * 1024
"""Bytes of the largest file that is read."""

_KIND = "chatops-datastore-key-1"
_OTHERS = stat.S_IWGRP | stat.S_IRWXO
_AES_SIZES = frozenset({16, 24, 32})


@frozen
class OwnKey:
    """A key that `generate` has made."""

    secret: bytes

    def __repr__(self) -> str:
        """Nothing of the key."""
        return "OwnKey()"


@frozen
class StackStormKey:
    """A key of StackStorm: one half encrypts, the other one signs."""

    aes: bytes
    hmac: bytes

    def __repr__(self) -> str:
        """Nothing of the key."""
        return "StackStormKey()"


Key: TypeAlias = OwnKey | StackStormKey


def generate(path: Path) -> None:
    """A new key is on disk, readable by its owner only; a file that is there stays as it is.

    Raises:
        RecordError: There is a file, or it can't be written.
    """
    secret = urlsafe_b64encode(os.urandom(SIZE)).decode("ascii")
    data = json.dumps({"kind": _KIND, "key": secret}).encode("ascii") + b"\n"
    part = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}.tmp")
    try:
        make_folder(path.parent)
        try:
            _write_new(part, data)
            is_new = _link(part, path)
        finally:
            part.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise unwritable("the key file", path, error, hint="name another one") from error
    if not is_new:
        raise RecordError(
            f"the key file {path} is there already",
            hint="what it has encrypted can't be read without it; to begin anew, move it away",
        )


def read_key(path: Path) -> Key:
    """The key in the file.

    Raises:
        RecordError: There is none, others may read it, or it isn't one.
    """
    try:
        content = _content(path)
    except FileNotFoundError as error:
        raise RecordError(
            f"there is no key file {path}, which secret values of the datastore need",
            hint="make one with 'chatops key generate', or name yours: datastore.key_file",
        ) from error
    except OSError as error:
        raise RecordError(f"the key file {path} cannot be read: {error.strerror}") from error
    try:
        return _parse(json.loads(content))
    except (ValueError, RecursionError, LookupError, TypeError) as error:
        raise RecordError(
            f"the key file {path} holds no key",
            hint="it is made by 'chatops key generate', or a key file of StackStorm (AES, CBC)",
        ) from error


def _write_new(path: Path, data: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        write_all(file, data)
        os.fsync(file)
    finally:
        os.close(file)


def _link(part: Path, path: Path) -> bool:
    """The file has its name; False where another one has it: of two at once only one wins."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        return False
    return True


def _content(path: Path) -> bytes:
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            raise RecordError(f"the key file {path} is no file")
        # A group may read: so StackStorm's own file is installed.
        if found.st_mode & _OTHERS:
            raise RecordError(f"others may use the key file {path}", hint=f"chmod 600 {path}")
        return os.read(file, LARGEST)
    finally:
        os.close(file)


def _parse(data: Json) -> Key:
    if not isinstance(data, dict):
        raise TypeError(data)
    if data.get("kind") == _KIND:
        secret = _decode(data["key"])
        if len(secret) != SIZE:
            raise ValueError(len(secret))
        return OwnKey(secret=secret)
    signing = data["hmacKey"]
    if not isinstance(signing, dict) or str(data["mode"]).upper() != "CBC":
        raise ValueError(data["mode"])
    key = StackStormKey(aes=_decode(data["aesKeyString"]), hmac=_decode(signing["hmacKeyString"]))
    if len(key.aes) not in _AES_SIZES or len(key.hmac) < min(_AES_SIZES):
        raise ValueError(len(key.aes))
    return key


def _decode(text: Json) -> bytes:
    if not isinstance(text, str):
        raise TypeError(text)
    padded = text + "=" * (-len(text) % 4)
    return b64decode(padded.replace("-", "+").replace("_", "/"), validate=True)
