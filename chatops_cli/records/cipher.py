"""Secret values encrypted and decrypted; `cryptography` does the work and is loaded by it alone.

Our own form is ``chatops:1:`` and base64 of a nonce of 12 bytes and what AES-256-GCM makes of the
value. It holds for one place in the datastore only: moved to another name, scope or user it can't
be decrypted, so that nobody reads a secret by giving it a name that they may read.

StackStorm's form is kept where the key is StackStorm's: hexadecimal digits of a header of 5 bytes,
the initial vector, what AES-CBC makes of the padded value, and the HMAC-SHA1 of all that.
Source: StackStorm, ``st2common.util.crypto``. It holds for no place.
"""

import hashlib
import hmac
import os
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, RecordError
from chatops_cli.records.canonical import encode
from chatops_cli.records.key_file import Key, OwnKey, StackStormKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.modes import CBC

PREFIX = "chatops:1:"
NONCE = 12
TAG = 16
HEADER = b"00000"
BLOCK = 16
SIGNATURE = 20


class CipherMissingError(ChatOpsError):
    """The library that encrypts is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "secret values of the datastore need the library cryptography",
            hint="pip install 'chatops-cli[crypto]'",
        )


class UndecryptableError(RecordError):
    """It was encrypted with another key or for another place, or it is damaged."""


def encrypt(value: str, key: Key, place: tuple[str, str, str]) -> str:
    """The ciphertext of a value, as text.

    Args:
        value: What is to be kept secret.
        key: See `key_file`.
        place: Scope, user and name that it will stand at.

    Raises:
        CipherMissingError: The library is not installed.
    """
    plain = value.encode("utf-8")
    match key:
        case OwnKey():
            return _seal(plain, key, place)
        case StackStormKey():
            return _stackstorm_seal(plain, key)


def decrypt(text: str, key: Key, place: tuple[str, str, str]) -> str:
    """The value that `encrypt` was given.

    Raises:
        UndecryptableError: It can't be decrypted with this key, at this place.
        CipherMissingError: The library is not installed.
    """
    try:
        match key:
            case OwnKey():
                return _open(text, key, place).decode("utf-8")
            case StackStormKey():
                return _stackstorm_open(text, key).decode("utf-8")
    except ValueError as error:
        scope, _, name = place
        raise UndecryptableError(
            f"the value of '{name}' in scope {scope} can't be decrypted: its key is another one, "
            "or it was moved or damaged",
            hint="name the key file that it was encrypted with: datastore.key_file",
        ) from error


def _seal(plain: bytes, key: OwnKey, place: tuple[str, str, str]) -> str:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError as error:
        raise CipherMissingError from error
    nonce = os.urandom(NONCE)
    sealed = AESGCM(key.secret).encrypt(nonce, plain, encode(list(place)))
    return PREFIX + b64encode(nonce + sealed).decode("ascii")


def _open(text: str, key: OwnKey, place: tuple[str, str, str]) -> bytes:
    if not text.startswith(PREFIX):
        raise ValueError(PREFIX)
    data = b64decode(text.removeprefix(PREFIX), validate=True)
    if len(data) < NONCE + TAG:
        raise ValueError(len(data))
    try:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError as error:
        raise CipherMissingError from error
    try:
        return AESGCM(key.secret).decrypt(data[:NONCE], data[NONCE:], encode(list(place)))
    except InvalidTag as error:
        raise ValueError(text[: len(PREFIX)]) from error


def _stackstorm_seal(plain: bytes, key: StackStormKey) -> str:
    vector = os.urandom(BLOCK)
    padding = BLOCK - len(plain) % BLOCK
    encryptor = _cbc(key, vector).encryptor()
    sealed = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
    message = HEADER + vector + sealed
    return (message + _signature(message, key)).hex().upper()


def _stackstorm_open(text: str, key: StackStormKey) -> bytes:
    data = bytes.fromhex(text)
    message, signature = data[:-SIGNATURE], data[-SIGNATURE:]
    vector, sealed = message[len(HEADER) :][:BLOCK], message[len(HEADER) + BLOCK :]
    if not sealed or len(sealed) % BLOCK:
        raise ValueError(len(data))
    if not hmac.compare_digest(signature, _signature(message, key)):
        raise ValueError(len(data))
    decryptor = _cbc(key, vector).decryptor()
    plain = decryptor.update(sealed) + decryptor.finalize()
    padding = plain[-1]
    if not 1 <= padding <= BLOCK:
        raise ValueError(padding)
    return plain[:-padding]


def _signature(message: bytes, key: StackStormKey) -> bytes:
    # SHA1 is what the format has; an HMAC of it is sound to this day.
    return hmac.new(key.hmac, message, hashlib.sha1).digest()


def _cbc(key: StackStormKey, vector: bytes) -> "Cipher[CBC]":
    try:
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    except ImportError as error:
        raise CipherMissingError from error
    return Cipher(algorithms.AES(key.aes), modes.CBC(vector))
