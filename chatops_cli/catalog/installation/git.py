"""A pack out of a git repository, by the program `git`: what it holds at one commit, no history.

Nothing of the repository is run: there is no work tree, no hook and no filter. Git asks nothing,
speaks only protocols that are safe, and sees only those variables of the environment that it needs
to reach a server. Credentials of a URL travel in the environment, where no other user sees them.
"""

import base64
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from chatops_cli.catalog.installation.archive import telling, untar
from chatops_cli.catalog.installation.filling import Filling
from chatops_cli.catalog.installation.program import Failure, run, stream
from chatops_cli.catalog.installation.source import Source
from chatops_cli.catalog.virtualenvs.saying import Saying
from chatops_cli.errors import InstallError
from chatops_cli.model.environment import INHERITED
from chatops_cli.reading.printable import printable

PROTOCOLS = "file:https:ssh:git"
ANSWER_TIME = 60.0
FETCH_TIME = 600.0
"""Seconds."""
_PASSED = INHERITED | {
    *("GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_PROXY_COMMAND"),
    "XDG_CONFIG_HOME",
}
_SAFE = {
    "GIT_ALLOW_PROTOCOL": PROTOCOLS,
    "GIT_TERMINAL_PROMPT": "0",
    # Empty, not absent: otherwise a program of the desktop would ask.
    "GIT_ASKPASS": "",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "LC_ALL": "C",
}
_ALONE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1"}
"""For what needs no server: the configuration of the user might name programs to run."""
_OPTIONS = (
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    *("-c", "http.lowSpeedLimit=1000"),
    *("-c", "http.lowSpeedTime=60"),
    *("-c", "submodule.recurse=false"),
)
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?\Z")
_SHORT = re.compile(r"[0-9a-f]{7,64}\Z")
_VERSION = re.compile(r"refs/tags/v?(\d+\.\d+\.\d+)\Z")
_PERCENT = re.compile(rb"(\w[\w ]*): +(\d+)%")

Tell = Callable[[str], None]


class Repository:
    """A repository somewhere. Every method raises `InstallError` for what git refuses."""

    def __init__(self, source: Source, *, tell: Tell) -> None:
        self._source = source
        self._tell = tell
        self._environment = {
            **{name: value for name, value in os.environ.items() if name in _PASSED},
            **_SAFE,
            **_credentials(source),
        }
        if not {"GIT_SSH", "GIT_SSH_COMMAND"} & self._environment.keys():
            # Asks for no password, and refuses a host that isn't known.
            self._environment["GIT_SSH_COMMAND"] = "ssh -oBatchMode=yes"

    def find(self) -> tuple[str, str]:
        """The commit that is meant, empty where only the whole history can tell; and its name.

        Source: StackStorm, ``clone_repo``: a branch, then a tag or commit, then a tag ``v…``.
        """
        self._tell(f"asking {printable(self._source.location)}")
        answer = self._git("ls-remote", "--", self._source.location, seconds=ANSWER_TIME)
        refs: dict[str, str] = {}
        for line in answer.decode("utf-8", "replace").splitlines():
            commit, _, name = line.partition("\t")
            if _COMMIT.match(commit):
                refs[name] = commit
        revision = self._source.revision
        if not revision:
            if "HEAD" not in refs:
                raise InstallError(f"{printable(self._source.location)} holds nothing yet")
            return refs["HEAD"], "HEAD"
        for name in (f"refs/heads/{revision}", f"refs/tags/{revision}", f"refs/tags/v{revision}"):
            if name in refs:
                return refs.get(f"{name}^{{}}", refs[name]), name
        if not _SHORT.match(revision):
            raise self._unknown(refs)
        return "", revision

    def fetch(self, into: Path, filling: Filling) -> str:
        """What the repository holds is in `filling`; the commit.

        Args:
            into: A folder that is not there, for the repository.
            filling: The folder for its content.
        """
        commit, name = self.find()
        alone = {**self._environment, **_ALONE}
        self._run(("git", "init", "--quiet", "--bare", "--template=", "--", str(into)), alone)
        if commit:
            self._fetch(into, "--depth=1", "--", self._source.location, name)
        else:
            commit = self._fetch_commit(into, name)
        (into / "info").mkdir(exist_ok=True)
        # What an author leaves out of archives belongs to the pack all the same: its tests.
        (into / "info/attributes").write_text(
            "* -export-ignore -export-subst -text -filter -ident -working-tree-encoding\n"
        )
        arguments = ("git", f"--git-dir={into}", *_OPTIONS, "archive", "--format=tar", commit)
        try:
            with (
                stream(arguments, alone, seconds=FETCH_TIME) as content,
                telling(str(self._source)),
            ):
                untar(content, filling)
        except Failure as failure:
            raise self._refused(failure) from failure
        return commit

    def _fetch_commit(self, into: Path, revision: str) -> str:
        """A commit that no branch and no tag names: a server may give it alone, or not."""
        everything = ("+refs/heads/*:refs/remotes/o/*", "+refs/tags/*:refs/tags/*")
        self._fetch(into, "--", self._source.location, *everything)
        found = self._git(
            f"--git-dir={into}", "rev-parse", "--verify", "--quiet", "--end-of-options",
            f"{revision}^{{commit}}", fails=True,
        )  # fmt: skip
        commit = found.decode().strip()
        if not _COMMIT.match(commit):
            raise self._unknown({})
        return commit

    def _fetch(self, into: Path, *arguments: str) -> None:
        self._git(
            f"--git-dir={into}", "fetch", "--progress", "--no-tags", "--no-auto-gc",
            "--no-recurse-submodules", "--no-write-fetch-head", *arguments, seconds=FETCH_TIME,
        )  # fmt: skip

    def _git(self, *arguments: str, seconds: float = ANSWER_TIME, fails: bool = False) -> bytes:
        try:
            return self._run(("git", *_OPTIONS, *arguments), self._environment, seconds=seconds)
        except InstallError:
            if fails:
                return b""
            raise

    def _run(
        self, arguments: tuple[str, ...], environment: Mapping[str, str], *, seconds: float = 60.0
    ) -> bytes:
        try:
            return run(arguments, environment, seconds=seconds, heed=self._heed)
        except Failure as failure:
            raise self._refused(failure) from failure

    def _heed(self, line: bytes) -> None:
        found = _PERCENT.match(line.removeprefix(b"remote: "))
        if found is not None:
            self._tell(f"{found[1].decode().lower()}: {found[2].decode()} %")

    def _refused(self, failure: Failure) -> InstallError:
        shown = printable(self._source.location)
        lines = [line.strip() for line in failure.said.splitlines()]
        telling = [line for line in lines if line.startswith(("fatal:", "error:", "ERROR:"))]
        text = (telling or lines or [""])[0]
        for word in ("fatal: ", "error: ", "ERROR: "):
            text = text.removeprefix(word)
        credentials = self._source.credentials
        text = Saying((credentials, credentials.partition(":")[2])).mask(text)
        return InstallError(
            f"git can't get {shown}: {printable(text) or failure.how}", hint=_hint(failure.said)
        )

    def _unknown(self, refs: Mapping[str, str]) -> InstallError:
        versions = sorted({m[1] for name in refs if (m := _VERSION.match(name))}, key=_numbers)
        branches = sorted(
            name.removeprefix("refs/heads/") for name in refs if name.startswith("refs/heads/")
        )
        known = [*branches[:10], *versions[-10:]]
        return InstallError(
            f"{printable(self._source.location)} has no branch, tag or commit"
            f" {self._source.revision}",
            hint=f"it has {printable(', '.join(known))}" if known else None,
        )


def _credentials(source: Source) -> dict[str, str]:
    """The header that signs in, as configuration in the environment."""
    if not source.credentials:
        return {}
    parts = urlsplit(source.location)
    token = base64.b64encode(source.credentials.encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{parts.scheme}://{parts.netloc}/.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {token}",
    }


def _hint(said: str) -> str | None:
    text = said.lower()
    if "terminal prompts disabled" in text or "authentication failed" in text:
        return "it is not there, or asks who you are: set up a git credential helper, or use ssh"
    if "permission denied (publickey" in text:
        return "add your key to the SSH agent"
    if "host key verification failed" in text:
        return "connect once by hand: ssh asks whether you know the host"
    if "dubious ownership" in text:
        return (
            "it belongs to another user; git config --global --add safe.directory says you trust it"
        )
    return None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
