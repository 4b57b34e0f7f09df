"""Where a pack comes from, as people write it: a folder, an archive, a git URL, or a name."""

import re
from dataclasses import field
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from chatops_cli.errors import InstallError
from chatops_cli.model.frozen import frozen
from chatops_cli.reading.printable import printable

REVISION = re.compile(r"[A-Za-z0-9_][\w./+-]{0,199}\Z", re.ASCII)
"""A branch, tag, version or commit. It can't be taken for an option of git."""
NAME = re.compile(r"[A-Za-z0-9_][\w.-]*\Z", re.ASCII)
SHORT = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9_.][\w.-]*\Z", re.ASCII)
"""``owner/name`` on GitHub. Source: StackStorm, ``eval_repo_url``."""
_SCP = re.compile(r"[A-Za-z0-9_][\w.-]*@[A-Za-z0-9][\w.-]*:[^-\s].*\Z")
_ARCHIVE = re.compile(r"\.(zip|tar|tgz|tbz2?|txz|tar\.(gz|bz2|xz))\Z", re.IGNORECASE)
_SCHEMES = ("https", "ssh", "git", "file")


class Kind(StrEnum):
    """What a source is."""

    FOLDER = "folder"
    ARCHIVE = "archive"
    GIT = "git"
    NAME = "name"
    """A name in an index, which says where the pack is."""


@frozen
class Source:
    """A source. `location` is an absolute path, a URL or a name.

    `credentials`, ``user:password`` out of a URL, are neither shown nor kept. `revision` is empty
    where none was asked for.
    """

    kind: Kind
    location: str
    revision: str = ""
    credentials: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.location}={self.revision}" if self.revision else self.location

    @property
    def is_local(self) -> bool:
        """Whether it lies on this machine."""
        return self.location.startswith(("/", "file://"))


def read_source(text: str, *, base: Path, revision: str = "") -> Source:
    """What is meant by `text`; a revision may stand at its end, ``SOURCE=REV`` or ``SOURCE@REV``.

    Args:
        text: As somebody typed it.
        base: What relative paths are relative to.
        revision: The revision that was named elsewhere.

    Raises:
        InstallError: It is nothing that a pack can be had from.

    Source: StackStorm, ``st2common.util.pack_management``: ``=`` before a revision.
    """
    if not text.strip() or text.startswith("-"):
        raise InstallError(f"{text!r} is no place to get a pack from", hint=_HINT)
    if revision:
        check_revision(revision)
    path = _path(text, base)
    if path is not None and path.exists():
        return _local(path, revision)
    where, suffix = split_revision(text)
    if suffix and revision and suffix != revision:
        raise InstallError(f"two revisions are named, {suffix} and {revision}")
    revision = revision or suffix
    path = _path(where, base)
    if path is not None and (suffix or looks_like_path(where)) and path.exists():
        return _local(path, revision)
    if looks_like_path(where):
        raise InstallError(f"{printable(where)} does not exist")
    return read_remote(where, revision)


def read_remote(text: str, revision: str = "") -> Source:
    """What is meant by a text without a revision that names no path.

    Raises:
        InstallError: It is nothing that a pack can be had from.
    """
    if "://" in text:
        return _url(text, revision)
    if _SCP.match(text) and text.isprintable():
        return Source(kind=Kind.GIT, location=text, revision=revision)
    if SHORT.match(text):
        return Source(kind=Kind.GIT, location=f"https://github.com/{text}", revision=revision)
    if NAME.match(text):
        return Source(kind=Kind.NAME, location=text, revision=revision)
    user, _, rest = text.rpartition("@")
    shown = rest if ":" in user else text  # it may be a URL without its beginning
    raise InstallError(f"{printable(shown)!r} is no place to get a pack from", hint=_HINT)


def split_revision(text: str) -> tuple[str, str]:
    """A source and the revision at its end, empty where there is none."""
    where, mark, revision = text.rpartition("=")
    if mark and _has_path(where) and REVISION.match(revision):
        return where, revision
    where, mark, revision = text.rpartition("@")
    # In user@host:path and ssh://user@host/path the sign is another one.
    if mark and _has_path(where) and REVISION.match(revision) and "/" not in revision:
        return where, revision
    return text, ""


def _has_path(where: str) -> bool:
    """Whether something is left before a revision; of a URL more than its host."""
    _, scheme, rest = where.partition("://")
    return "/" in rest if scheme else bool(where)


def check_revision(revision: str) -> None:
    """Raise `InstallError` for what can be no branch, tag, version or commit."""
    if not REVISION.match(revision) or ".." in revision:
        raise InstallError(f"{printable(revision)!r} is no branch, tag, version or commit")


def looks_like_path(text: str) -> bool:
    """Whether it can be meant as a path only."""
    if "://" in text:
        return False
    starts = text in {".", "..", "~"} or text.startswith(("/", "./", "../", "~/"))
    return starts or _ARCHIVE.search(text) is not None


def _path(text: str, base: Path) -> Path | None:
    if "://" in text or "\0" in text:
        return None
    try:
        return base / Path(text).expanduser()
    except RuntimeError:  # ~name of nobody
        return None


def _local(path: Path, revision: str) -> Source:
    absolute = path.resolve()
    if absolute.is_dir():
        is_bare = (absolute / "HEAD").is_file() and (absolute / "objects").is_dir()
        if not revision and not is_bare:
            return Source(kind=Kind.FOLDER, location=str(absolute))
        if is_bare or (absolute / ".git").exists():
            return Source(kind=Kind.GIT, location=str(absolute), revision=revision)
        raise InstallError(
            f"{printable(str(path))} is no git repository, so it has no revision {revision}"
        )
    if revision:
        raise InstallError(f"{printable(str(path))} is a file, so it has no revision {revision}")
    return Source(kind=Kind.ARCHIVE, location=str(absolute))


def _url(text: str, revision: str) -> Source:
    try:
        parts = urlsplit(text)
        host, user, password = parts.hostname, parts.username, parts.password
        parts.port  # noqa: B018  # raises where it is no number
    except ValueError as error:
        raise InstallError("that URL can't be read", hint="look at its host and port") from error
    shown = printable(_without_user(parts))
    if parts.scheme not in _SCHEMES:
        hint = "use https" if parts.scheme == "http" else f"possible are {', '.join(_SCHEMES)}"
        raise InstallError(f"packs are not fetched by {printable(parts.scheme)}", hint=hint)
    if not text.isprintable() or " " in text or parts.query or parts.fragment:
        raise InstallError(f"{shown} is no URL of a git repository", hint=_HINT)
    if parts.scheme == "file":
        if parts.netloc or not parts.path.startswith("/"):
            raise InstallError("a file URL is file:///path", hint="or give the path itself")
        return Source(kind=Kind.GIT, location=text, revision=revision)
    if not host or host.startswith("-") or (user or "").startswith("-") or parts.path in {"", "/"}:
        raise InstallError(f"{shown} is no URL of a git repository", hint=_HINT)
    if _ARCHIVE.search(parts.path):
        raise InstallError(
            f"{shown} is an archive", hint="download it, and install the file; or name its git URL"
        )
    if parts.scheme == "https":
        secret = f"{unquote(user or '')}:{unquote(password or '')}" if user or password else ""
        clean = _without_user(parts)
        return Source(kind=Kind.GIT, location=clean, revision=revision, credentials=secret)
    if password is not None or (user and parts.scheme == "git"):
        raise InstallError(
            f"{parts.scheme} takes no password in {shown}", hint="use a key of the SSH agent"
        )
    return Source(kind=Kind.GIT, location=text, revision=revision)


def _without_user(parts: SplitResult) -> str:
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


_HINT = "name a folder, an archive, a git URL, owner/name on GitHub, or a pack of the index"
