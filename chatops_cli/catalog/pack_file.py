"""``pack.yaml`` as a `Pack`."""

import re

from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Place, Severity
from chatops_cli.reading.reader import Reader

REF = re.compile(r"[a-z0-9_]+\Z")
"""A pack's ref as StackStorm takes it."""
INSTALLABLE_REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*\Z")
"""A ref that can stand for a folder in a shared place: what some packs of others are called."""
USABLE_REF = re.compile(r"[^\W.]([^\s.]*[^\W.])?\Z")
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)([-+][-+.\da-z]+)?\Z")
# Known to StackStorm, and not used here.
UNUSED = ("id", "uid", "contributors", "stackstorm_version", "system", "files", "path")


def read_pack(reader: Reader | None, *, path: str, folder: str, place: Place) -> Pack | None:
    """What the file says; where it can't be read, the folder's name stands for the pack.

    Args:
        reader: The content of ``pack.yaml``, None where it can't be read.
        path: The pack's folder, absolute.
        folder: That folder's name, for a pack that has no ref.
        place: Where the file is.

    Returns:
        The pack, or None where nothing gives it a ref.

    Source: StackStorm, ``st2common.models.api.pack`` and ``st2common.util.pack``.
    """
    if reader is None:
        if not USABLE_REF.match(folder):
            return None
        return Pack(ref=folder, name=folder, path=path, place=place)
    name = reader.text("name", required=True).strip()
    ref = _ref(reader, name, folder)
    pack = Pack(
        ref=ref or "",
        name=name or folder,
        path=path,
        place=reader.place,
        description=reader.text("description"),
        version=_version(reader),
        author=reader.text("author"),
        email=reader.text("email"),
        keywords=reader.strings("keywords"),
        python_versions=reader.strings("python_versions"),
        dependencies=reader.strings("dependencies"),
    )
    for key in ("description", "version", "author"):
        if not reader.has(key):
            reader.report(
                "missing-key",
                f"{key} is missing",
                hint="StackStorm refuses the pack",
                severity=Severity.WARNING,
            )
    reader.accept(*UNUSED)
    reader.finish(severity=Severity.WARNING)
    return pack if ref is not None else None


def _ref(reader: Reader, name: str, folder: str) -> str | None:
    written = reader.text("ref").strip()
    if written:
        return _checked(reader, written, key="ref")
    for candidate in (name, folder):
        if REF.match(candidate):
            return candidate
    return _checked(reader, name or folder, key="name")


def _checked(reader: Reader, ref: str, *, key: str) -> str | None:
    if REF.match(ref):
        return ref
    is_usable = USABLE_REF.match(ref) is not None
    reader.report(
        "pack-ref",
        f"{ref!r} is no ref of a pack" + ("" if is_usable else "; the pack is not read"),
        key=key,
        hint="add a ref of lower-case letters, digits and underscores"
        + ("; StackStorm refuses the pack" if is_usable else ""),
        severity=Severity.WARNING if is_usable else Severity.ERROR,
    )
    return ref if is_usable else None


def _version(reader: Reader) -> str:
    version = reader.text("version").strip()
    if version and not _VERSION.match(version):
        reader.report(
            "pack-version",
            f"version is {version!r}, which has not the form 1.2.3",
            key="version",
            hint="StackStorm refuses the pack",
            severity=Severity.WARNING,
        )
    return version
