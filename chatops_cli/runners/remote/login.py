"""Who logs in, and by what: the credentials that an action gives, or those of the user."""

import asyncio
import getpass
from pathlib import Path

import asyncssh

from chatops_cli.errors import RunnerError
from chatops_cli.model.frozen import frozen
from chatops_cli.runners.contract import Call

KEY_HEADER = "private key-----"
"""Stands in the first line of every private key. Source: StackStorm, REMOTE_RUNNER_PRIVATE_KEY."""


@frozen
class Login:
    """An account, and what it proves itself by. Without password and key the user's own ones."""

    username: str
    password: str | None = None
    key: asyncssh.SSHKey | None = None
    passphrase: str | None = None

    @property
    def uses_own_keys(self) -> bool:
        """Whether the SSH agent and the keys in ``~/.ssh`` are tried."""
        return self.password is None and self.key is None

    @property
    def offers(self) -> str:
        """What is tried, for a person."""
        if self.uses_own_keys:
            return "the keys of the SSH agent and of ~/.ssh"
        given = {"the given key": self.key, "the given password": self.password}
        return " and ".join(name for name, value in given.items() if value is not None)


async def read_login(call: Call) -> Login:
    """The credentials of `call`; a key is read and decrypted, in a thread.

    Source: StackStorm, remote runner: a password is used instead of a key. **Ours**: both are
    tried where both are given; without any, the agent and the user's keys (there: the key of the
    system user).

    Raises:
        RunnerError: The key can't be used.
    """
    key = _text(call, "private_key")
    passphrase = _text(call, "passphrase")
    return Login(
        username=_text(call, "username") or _own_name(),
        password=_text(call, "password"),
        key=None if key is None else await asyncio.to_thread(_read_key, key, passphrase),
        passphrase=passphrase,
    )


def _text(call: Call, name: str) -> str | None:
    value = call.runner_parameters.get(name)
    return value if isinstance(value, str) and value else None


def _own_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise RunnerError(
            "the user that runs this program has no name", hint="give a `username`"
        ) from error


def _read_key(key: str, passphrase: str | None) -> asyncssh.SSHKey:
    is_content = KEY_HEADER in key.lower()
    if not is_content and ("\n" in key or len(key) > 4096):  # noqa: PLR2004  # no path is as long
        raise RunnerError(
            "private_key is neither the path of a file nor a private key",
            hint="a key starts with -----BEGIN …PRIVATE KEY-----, all of its lines are needed",
        )
    # What was given is not told: a text that was meant for a key may hold half of it.
    name = "the given private_key" if is_content else f"the private key {key}"
    try:
        data = key.strip() + "\n" if is_content else Path(key).expanduser().read_bytes()
        return asyncssh.import_private_key(data, passphrase)
    except (OSError, ValueError, RuntimeError) as error:
        raise _explain(name, error, passphrase) from error


def _explain(name: str, error: Exception, passphrase: str | None) -> RunnerError:
    match error:
        case OSError():
            return RunnerError(
                f"{name} can't be read: {error.strerror}",
                hint="private_key is a key, or the path of a file on this machine",
            )
        case asyncssh.KeyEncryptionError() if passphrase is None:
            return RunnerError(f"{name} is encrypted", hint="give its `passphrase`")
        case asyncssh.KeyEncryptionError():
            return RunnerError(f"{name} is not opened by the given passphrase")
        case asyncssh.KeyImportError() if "passphrase" in str(error).lower():
            return RunnerError(f"{name} is encrypted", hint="give its `passphrase`")
        case _:
            return RunnerError(
                f"{name} can't be read: {error}",
                hint="keys of OpenSSH and of PEM files are understood, PuTTY's are not",
            )
