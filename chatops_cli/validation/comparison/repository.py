"""A git repository that is only read: revisions, the files of one, and which were renamed.

Nothing is checked out and nothing in it changes; no hook or filter runs.
"""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from chatops_cli.catalog.installation.program import Failure, run
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.frozen import frozen
from chatops_cli.reading.file import SIZE_LIMIT
from chatops_cli.reading.printable import printable

GIT_TIME = 60.0
"""Seconds that git may take."""
_OPTIONS = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
_LINK, _MODULE = b"120000", b"160000"


@frozen
class Revisions:
    """Two commits; `new` is None for the files as they are."""

    old: str
    new: str | None


class Repository:
    """The repository that a folder is in; `top` is where its files are."""

    def __init__(self, folder: Path) -> None:
        """Raises `ChatOpsError` where it is in none, or git can't be run."""
        self._folder = folder
        try:
            answer = self._git("rev-parse", "--show-toplevel")
        except Failure as failure:
            raise _no_repository(folder, failure) from failure
        self.top = Path(os.fsdecode(answer.removesuffix(b"\n")))

    def revisions(self, text: str) -> Revisions:
        """What ``REV``, ``REV..REV`` or ``REV...REV`` means, as git reads it.

        One revision is compared with the files as they are; of three dots the first is where the
        two have parted. Empty is HEAD.

        Raises:
            ChatOpsError: There is no such commit.
        """
        first, dots, second = text.partition("...")
        if dots:
            new = self._commit(second or "HEAD")
            return Revisions(old=self._parting(self._commit(first or "HEAD"), new, text), new=new)
        first, dots, second = text.partition("..")
        if dots:
            return Revisions(old=self._commit(first or "HEAD"), new=self._commit(second or "HEAD"))
        return Revisions(old=self._commit(text), new=None)

    def renames(self, revisions: Revisions) -> Mapping[str, str]:
        """New names of files by their old ones, relative to `top`."""
        ends = [revisions.old, *([revisions.new] if revisions.new else [])]
        parts = self._asked(
            "diff", "--no-ext-diff", "--no-textconv", "--find-renames", "--diff-filter=R",
            "--name-status", "-z", *ends, "--",
        ).split(b"\0")  # fmt: skip
        pairs = zip(parts[1::3], parts[2::3], strict=False)
        return {os.fsdecode(old): os.fsdecode(new) for old, new in pairs}

    def write(self, commit: str, into: Path) -> tuple[str, ...]:
        """The files of a commit are in a folder; the names of submodules that could not be had.

        Files that are longer than is ever read are cut there.

        Args:
            commit: Its full name.
            into: An empty folder.
        """
        entries = self._asked("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0")
        blobs: list[tuple[bytes, Path, bool]] = []
        absent: list[str] = []
        for entry in filter(None, entries):
            about, _, name = entry.partition(b"\t")
            mode, _, id_ = about.split(b" ")
            shown = os.fsdecode(name)
            if _is_odd(shown):
                continue
            if mode == _MODULE:
                absent += self._module(shown, id_.decode(), into)
            else:
                blobs.append((id_, into / shown, mode == _LINK))
        # Links come last: in a tree made by hand, files could follow one out of the folder.
        self._write_blobs(sorted(blobs, key=lambda blob: blob[2]))
        return tuple(absent)

    def _module(self, name: str, commit: str, into: Path) -> list[str]:
        """A submodule's files, where its repository is here and has the commit."""
        folder = self.top / name
        try:
            module = Repository(folder)
            if module.top.resolve() == self.top.resolve():
                return [name]
            module._commit(commit)
        except ChatOpsError:
            return [name]
        (into / name).mkdir(parents=True, exist_ok=True)
        return [f"{name}/{inner}" for inner in module.write(commit, into / name)]

    def _write_blobs(self, blobs: list[tuple[bytes, Path, bool]]) -> None:
        arguments = ("git", "-C", str(self._folder), *_OPTIONS, "cat-file", "--batch", "--buffer")
        with tempfile.TemporaryFile() as asked:
            asked.write(b"".join(id_ + b"\n" for id_, _, _ in blobs))
            asked.seek(0)
            with subprocess.Popen(
                arguments,
                stdin=asked,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            ) as process:
                assert process.stdout is not None  # it is a pipe
                for _, path, is_link in blobs:
                    head = process.stdout.readline().split()
                    if len(head) != 3:  # noqa: PLR2004  # id, kind, size; or id and "missing"
                        raise ChatOpsError(
                            f"git has not all files of this commit: {printable(path.name)}",
                            hint="fetch it as a whole: git fetch --refetch",
                        )
                    size = int(head[2])
                    data = process.stdout.read(min(size, SIZE_LIMIT + 1))
                    left = size - len(data) + 1
                    while left > 0:
                        left -= len(process.stdout.read(min(left, SIZE_LIMIT)) or b" " * left)
                    _put(path, data, is_link=is_link)

    def _commit(self, revision: str) -> str:
        try:
            answer = self._git(
                "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
            )
        except Failure as failure:
            raise self._unknown(revision) from failure
        return answer.decode().strip()

    def _parting(self, one: str, other: str, text: str) -> str:
        try:
            return self._git("merge-base", one, other).decode().strip()
        except Failure as failure:
            raise ChatOpsError(
                f"the two ends of {printable(text)} have no commit in common here",
                hint=self._depth() or "use two dots: REV..REV",
            ) from failure

    def _unknown(self, revision: str) -> ChatOpsError:
        hint = self._depth() or "name a branch, a tag or a commit, such as origin/main"
        return ChatOpsError(f"git knows no commit {printable(revision)!r} here", hint=hint)

    def _depth(self) -> str:
        try:
            is_shallow = self._git("rev-parse", "--is-shallow-repository").strip() == b"true"
        except Failure:
            return ""
        return (
            "only the last commits were fetched: fetch all (fetch-depth: 0 of actions/checkout,"
            " GIT_DEPTH: 0 in GitLab, git fetch --unshallow)"
            if is_shallow
            else ""
        )

    def _asked(self, *arguments: str) -> bytes:
        try:
            return self._git(*arguments)
        except Failure as failure:
            said = (failure.said.strip().splitlines() or [failure.how])[0]
            raise ChatOpsError(
                f"git {arguments[0]} failed: {printable(said)}", hint="try it by hand"
            ) from failure

    def _git(self, *arguments: str) -> bytes:
        command = ("git", "-C", str(self._folder), *_OPTIONS, *arguments)
        return run(command, _environment(), seconds=GIT_TIME)


def _environment() -> dict[str, str]:
    """Ours, but for what would lead git elsewhere: a hook that runs this has such variables."""
    leading = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
    kept = {name: value for name, value in os.environ.items() if name not in leading}
    return kept | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}


def _put(path: Path, data: bytes, *, is_link: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if is_link and not os.path.lexists(path):
        path.symlink_to(os.fsdecode(data))
    elif not is_link:
        path.write_bytes(data)


def _is_odd(name: str) -> bool:
    """Whether a tree that git would refuse to check out leads out of the folder."""
    return name.startswith("/") or any(
        part in ("", ".", "..") or part.lower() == ".git" for part in name.split("/")
    )


def _no_repository(folder: Path, failure: Failure) -> ChatOpsError:
    if "not installed" in failure.how:
        return ChatOpsError("--diff needs git", hint="install git")
    if "dubious ownership" in failure.said:
        return ChatOpsError(
            f"git does not trust {folder}: it belongs to another user",
            hint=f"git config --global --add safe.directory {folder} says that you do",
        )
    return ChatOpsError(
        f"{folder} is in no git repository", hint="--diff compares with what git has"
    )
