"""A pack out of a tar or zip archive."""

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from chatops_cli.catalog.installation.filling import FILE_LIMIT, Filling
from chatops_cli.errors import InstallError
from chatops_cli.reading.printable import printable

ARCHIVE_LIMIT = 200 * 1024 * 1024
"""Bytes of the archive itself."""

_KINDS = "packs come as .tar, .tar.gz, .tar.bz2, .tar.xz or .zip"
_LINK = 0o120000
_KIND = 0o170000
_BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    UnicodeError,
    NotImplementedError,
    ValueError,
)
"""What the readers raise for archives that are damaged or of a kind they don't know."""


def unpack(archive: Path, filling: Filling) -> None:
    """What the archive holds is in `filling`.

    Raises:
        InstallError: It is no archive, a broken one, or holds what no pack needs.
    """
    shown = printable(str(archive))
    try:
        if not archive.is_file():
            raise InstallError(f"{shown} is neither a folder nor a file")
        if archive.stat().st_size > ARCHIVE_LIMIT:
            raise InstallError(f"{shown} is larger than {ARCHIVE_LIMIT // 1024**2} MB")
        with archive.open("rb") as stream, telling(shown):
            if zipfile.is_zipfile(stream):
                stream.seek(0)
                _unzip(stream, filling)
            else:
                stream.seek(0)
                untar(stream, filling, mode="r:*")
    except OSError as error:
        raise InstallError(f"{shown} can't be unpacked: {error.strerror or error}") from error


def untar(stream: IO[bytes], filling: Filling, *, mode: str = "r|") -> None:
    """What a tar archive holds is in `filling`; `tarfile`'s own unpacking is not used.

    Its filters follow links that the archive itself has made, and set no limit to what they write.
    """
    with tarfile.open(fileobj=stream, mode=mode) as tar:  # type: ignore[call-overload]  # both modes are read
        for member in tar:
            # What is passed over is read all the same, so its size counts first.
            if member.size > FILE_LIMIT:
                raise InstallError(f"{printable(member.name)[-200:]} is too large for a pack")
            if member.isdir():
                filling.folder(member.name)
            elif member.issym():
                filling.link(member.name, member.linkname)
            elif (member.isreg() and not member.issparse()) or (member.islnk() and mode != "r|"):
                _write_member(tar, member, filling)
            elif member.name != "pax_global_header":
                raise InstallError(
                    f"{printable(member.name)[-200:]} is neither a file nor a folder",
                    hint="no pack needs that; nothing was installed",
                )


def _write_member(tar: tarfile.TarFile, member: tarfile.TarInfo, filling: Filling) -> None:
    try:
        content = tar.extractfile(member)
    except KeyError as error:  # a hard link to what isn't there
        raise InstallError(
            f"{printable(member.name)[-200:]} is a link that leads nowhere"
        ) from error
    if content is None:
        raise InstallError(f"{printable(member.name)[-200:]} is a link to no file")
    with content:
        filling.file(member.name, content, is_executable=bool(member.mode & 0o100))


def _unzip(stream: IO[bytes], filling: Filling) -> None:
    with zipfile.ZipFile(stream) as archive:
        for info in archive.infolist():
            mode = info.external_attr >> 16
            if info.flag_bits & 1:
                raise InstallError("the archive is encrypted", hint="unpack it yourself")
            if info.file_size > FILE_LIMIT:
                raise InstallError(f"{printable(info.filename)[-200:]} is too large for a pack")
            if info.is_dir():
                filling.folder(info.filename)
            elif mode & _KIND == _LINK:
                with archive.open(info) as content:
                    target = content.read(4096).decode("utf-8", "surrogateescape")
                filling.link(info.filename, target)
            else:
                with archive.open(info) as content:
                    filling.file(info.filename, content, is_executable=bool(mode & 0o100))


@contextmanager
def telling(shown: str) -> Iterator[None]:
    """Raise `InstallError` where what is read is no archive, or a broken one."""
    try:
        yield
    except _BROKEN as error:
        why = str(error) or type(error).__name__
        if "\n" in why:  # in five lines what each reader of tarfile has missed
            why = "it is no archive, or a broken one"
        raise InstallError(
            f"{shown} can't be unpacked: {printable(why)}",
            hint=_KINDS,
        ) from error
