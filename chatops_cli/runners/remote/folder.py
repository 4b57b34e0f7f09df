"""A script and the modules beside it, on a host for as long as it runs."""

import contextlib
import posixpath
import secrets
import shlex
from collections.abc import AsyncIterator
from pathlib import Path

import asyncssh

from chatops_cli.errors import RunnerError
from chatops_cli.model.frozen import frozen
from chatops_cli.runners.remote.access import Access
from chatops_cli.runners.remote.feed import Rights, feed_plainly

LONGEST_REMOVAL = 5.0
"""Seconds for a host to remove the folder."""

_MODE = 0o700


@frozen
class Folder:
    """What to copy: a script, and the folder ``lib`` beside it if there is one.

    Source: StackStorm, remote script runner: a folder of the execution's id in ``dir``. **Ours**:
    it is for the account's eyes only, and of another name on each host, so that two names of one
    machine are no obstacle.
    """

    script: Path
    parent: str
    name: str

    @contextlib.asynccontextmanager
    async def copied(self, access: Access, rights: Rights) -> AsyncIterator[str]:
        """The path of the script on the host; it is removed afterwards, whatever happens.

        Raises:
            RunnerError: It can't be copied.
        """
        path = posixpath.join(self.parent, f"{self.name}-{secrets.token_hex(4)}")
        try:
            await self._copy(access.connection, path)
            yield posixpath.join(path, self.script.name)
        finally:
            await _remove(access, path, rights)

    async def _copy(self, connection: asyncssh.SSHClientConnection, path: str) -> None:
        try:
            async with connection.start_sftp_client() as sftp:
                await sftp.mkdir(path, asyncssh.SFTPAttrs(permissions=_MODE))
                there = posixpath.join(path, self.script.name)
                await sftp.put(self.script, there)
                await sftp.chmod(there, _MODE)
                lib = self.script.parent / "lib"
                if lib.is_dir():
                    await sftp.put(lib, posixpath.join(path, "lib"), recurse=True)
        except asyncssh.SFTPError as error:
            raise RunnerError(
                f"the script can't be copied to {path}: {error.reason or type(error).__name__}",
                hint="set `dir` to a folder that the account may write to",
            ) from error
        except OSError as error:
            raise RunnerError(f"the script can't be read: {error}") from error
        except asyncssh.ChannelOpenError as error:
            raise RunnerError(
                f"the script can't be copied: the host offers no SFTP ({error.reason})",
                hint="its sshd needs a line such as: Subsystem sftp internal-sftp",
            ) from error


async def _remove(access: Access, path: str, rights: Rights) -> None:
    """The folder is gone, if the host still listens. As root, if root may have written there."""
    feed = feed_plainly(f"rm -rf -- {shlex.quote(path)}", "remove", rights)
    await access.ask(feed, LONGEST_REMOVAL)
