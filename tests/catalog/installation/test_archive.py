"""Archives: what is in order is unpacked, and of what is not nothing is ever outside its folder."""

import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatops_cli.catalog.installation import archive as archive_module
from chatops_cli.catalog.installation import filling as limits
from chatops_cli.catalog.installation.archive import unpack
from chatops_cli.catalog.installation.filling import Filling
from chatops_cli.catalog.installation.folder_copy import copy_folder
from chatops_cli.errors import InstallError

Member = tuple[str, str | bytes | None, int]
"""Name, what it holds (a text is the target of a link, None a folder), and its mode."""
GOOD: list[Member] = [
    ("p/pack.yaml", b"ref: p\n", 0o600),
    ("p/actions/a.sh", b"#!/bin/sh\n", 0o4777),
    ("p/empty", None, 0o755),
    ("p/link.sh", "actions/a.sh", 0o777),
    ("./p/.git/hooks/post-checkout", b"x", 0o755),
    ("p/actions/__pycache__/a.pyc", b"x", 0o644),
    ("p/a.pyc", b"x", 0o644),
]


def tar(path: Path, members: list[Member], mode: str = "w") -> None:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]  # one of its modes
        for name, content, bits in members:
            info = tarfile.TarInfo(name)
            info.mode = bits
            if content is None:
                info.type = tarfile.DIRTYPE
            elif isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
            else:
                info.size = len(content)
            archive.addfile(info, io.BytesIO(content) if isinstance(content, bytes) else None)


def zipped(path: Path, members: list[Member]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, bits in members:
            info = zipfile.ZipInfo(name if content is not None else f"{name}/")
            kind = 0o120000 if isinstance(content, str) else 0o100000
            info.external_attr = (kind | bits) << 16
            archive.writestr(info, content if content is not None else b"")


def packed(kind: str) -> Callable[[Path, list[Member]], None]:
    return zipped if kind == "zip" else lambda path, members: tar(path, members, kind)


KINDS = pytest.mark.parametrize("kind", ["w", "w:gz", "w:bz2", "w:xz", "zip"])


@KINDS
def test_files_folders_and_links_are_unpacked(kind: str, tmp_path: Path) -> None:
    """Without version control and caches; of their permissions only whether they are programs."""
    packed(kind)(tmp_path / "a", GOOD)
    filling = Filling(tmp_path / "out")
    unpack(tmp_path / "a", filling)
    filling.finish()
    out = tmp_path / "out"
    found = sorted(str(path.relative_to(out)) for path in out.rglob("*"))
    assert found == [
        "p", "p/actions", "p/actions/a.sh", "p/empty", "p/link.sh", "p/pack.yaml",
    ]  # fmt: skip
    assert (out / "p/link.sh").read_text() == "#!/bin/sh\n"
    assert (out / "p/actions/a.sh").stat().st_mode & 0o7777 == 0o755 & ~umask()
    assert (out / "p/pack.yaml").stat().st_mode & 0o7777 == 0o644 & ~umask()


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


HOSTILE: list[tuple[str, list[Member], str]] = [
    ("absolute", [("/tmp/chatops-evil", b"x", 0o644)], "/tmp/chatops-evil has an absolute path"),
    ("parent", [("p/../../evil", b"x", 0o644)], "p/../../evil leads out of the pack"),
    ("the folder itself", [("./", b"x", 0o644)], "names the folder itself"),
    ("link out", [("l", "../../evil", 0o777)], "l is a link to ../../evil, which leads nowhere"),
    ("link to a file outside", [("l", "../a", 0o777)], "l is a link out of the pack, to ../a"),
    ("absolute link", [("l", "/etc/passwd", 0o777)], "l is a link out of the pack, to /etc/passwd"),
    ("link in a circle", [("l", "m", 0o777), ("m", "l", 0o777)], "l is a link to m, which leads"),
    ("through a link", [("l", "..", 0o777), ("l/evil", b"x", 0o644)], "l is a link and a folder"),
    (
        "link over a folder",
        [("l/f", b"x", 0o644), ("l", "..", 0o777)],
        "l stands there twice",
    ),
    ("twice", [("f", b"x", 0o644), ("./f", b"y", 0o644)], "./f stands there twice"),
    ("file as a folder", [("f", b"x", 0o644), ("f/g", b"y", 0o644)], "f is a file and a folder"),
    ("deep", [("d/" * 41 + "f", b"x", 0o644)], "is deeper than 40 folders"),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["w:gz", "zip"])
@pytest.mark.parametrize(
    ("members", "message"), [pytest.param(*case[1:], id=case[0]) for case in HOSTILE]
)
def test_what_no_pack_needs_is_refused(
    kind: str, members: list[Member], message: str, tmp_path: Path
) -> None:
    if kind == "zip" and members[0][0] == "./":
        pytest.skip("in a zip that is a folder")
    packed(kind)(tmp_path / "a", members)
    with pytest.raises(InstallError) as caught:
        fill_from(tmp_path)
    assert message in caught.value.message
    assert not list(tmp_path.glob("**/evil"))


def fill_from(folder: Path) -> None:
    filling = Filling(folder / "out")
    unpack(folder / "a", filling)
    filling.finish()


@pytest.mark.parametrize("kind", ["w:gz", "zip"])
def test_bombs_are_refused_before_they_go_off(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FILE_LIMIT", 1000)
    monkeypatch.setattr(limits, "TOTAL_LIMIT", 1500)
    monkeypatch.setattr(limits, "ENTRY_LIMIT", 10)
    for members, message in (
        ([("big", b"0" * 1001, 0o644)], "big is larger than 0 MB"),
        ([("a", b"0" * 900, 0o644), ("b", b"0" * 900, 0o644)], "the pack is larger than 0 MB"),
        ([(f"{n}", b"", 0o644) for n in range(11)], "more than 10 files and folders"),
    ):
        packed(kind)(tmp_path / "a", list(members))
        with pytest.raises(InstallError, match=message):
            fill_from(tmp_path)
        for path in (tmp_path / "out").iterdir():
            path.unlink()
        (tmp_path / "out").rmdir()


@pytest.mark.parametrize("kind", ["w:gz", "zip"])
def test_a_claimed_size_counts_before_anything_is_read(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "FILE_LIMIT", 1000)
    packed(kind)(tmp_path / "a", [("huge", b"\0" * 1001, 0o644)])
    with pytest.raises(InstallError, match="huge is too large for a pack"):
        fill_from(tmp_path)


@pytest.mark.parametrize(
    "kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.GNUTYPE_SPARSE]
)
def test_devices_pipes_and_sparse_files_are_refused(kind: bytes, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a", "w") as archive:
        info = tarfile.TarInfo("node")
        info.type = kind
        archive.addfile(info)
    with pytest.raises(InstallError, match="node is neither a file nor a folder"):
        fill_from(tmp_path)


def test_hard_links_are_copies(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a", "w") as archive:
        info = tarfile.TarInfo("one")
        info.size = 1
        archive.addfile(info, io.BytesIO(b"x"))
        for name, target in (("two", "one"),):
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.LNKTYPE, target
            archive.addfile(link)
    fill_from(tmp_path)
    assert (tmp_path / "out/two").read_bytes() == b"x"
    assert (tmp_path / "out/two").stat().st_nlink == 1


def test_a_hard_link_to_nothing_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a", "w") as archive:
        link = tarfile.TarInfo("two")
        link.type, link.linkname = tarfile.LNKTYPE, "/etc/passwd"
        archive.addfile(link)
    with pytest.raises(InstallError, match="two is a link that leads nowhere"):
        fill_from(tmp_path)


def test_what_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("no archive")
    with pytest.raises(InstallError) as caught:
        fill_from(tmp_path)
    assert caught.value.message == (
        f"{tmp_path}/a can't be unpacked: it is no archive, or a broken one"
    )
    assert caught.value.hint == "packs come as .tar, .tar.gz, .tar.bz2, .tar.xz or .zip"


@KINDS
def test_a_torn_archive_is_told(kind: str, tmp_path: Path) -> None:
    content = os.urandom(20_000)
    packed(kind)(tmp_path / "a", [("p/pack.yaml", content, 0o644)])
    whole = (tmp_path / "a").read_bytes()
    (tmp_path / "a").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InstallError, match="can't be unpacked"):
        fill_from(tmp_path)


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    zipped(tmp_path / "a", [("p", b"x", 0o644)])
    data = bytearray((tmp_path / "a").read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(InstallError, match="the archive is encrypted"):
        fill_from(tmp_path)


def test_a_pipe_is_no_archive(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    with pytest.raises(InstallError, match="is neither a folder nor a file"):
        fill_from(tmp_path)


NAMES = st.text(st.sampled_from("ab./\\\0\n"), min_size=1, max_size=8)
MEMBERS = st.lists(
    st.tuples(NAMES, st.one_of(st.none(), st.binary(max_size=3), NAMES), st.just(0o644)),
    max_size=5,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(MEMBERS)
def test_nothing_is_ever_written_outside(
    tmp_path_factory: pytest.TempPathFactory, members: list[Member]
) -> None:
    """Whatever an archive holds: it is unpacked, or refused with a message; both inside."""
    folder = tmp_path_factory.mktemp("any")
    tar(folder / "a", members)
    with suppress(InstallError):
        fill_from(folder)
    assert {entry.name for entry in folder.iterdir()} <= {"a", "out"}
    inside = os.path.realpath(folder / "out")
    for path in (folder / "out").rglob("*"):
        assert f"{os.path.realpath(path)}/".startswith(f"{inside}/") or path.is_symlink()


def test_a_folder_is_copied_as_it_is(tmp_path: Path) -> None:
    source = tmp_path / "src"
    (source / "actions").mkdir(parents=True)
    (source / "actions/a.sh").write_text("x")
    (source / "actions/a.sh").chmod(0o777)
    (source / "b").symlink_to("actions/a.sh")
    (source / ".git").mkdir()
    (source / ".git/config").write_text("x")
    filling = Filling(tmp_path / "out")
    copy_folder(source, filling)
    filling.finish()
    out = tmp_path / "out"
    assert sorted(str(p.relative_to(out)) for p in out.rglob("*")) == [
        "actions",
        "actions/a.sh",
        "b",
    ]
    assert os.access(out / "actions/a.sh", os.X_OK)


def test_a_pipe_in_a_folder_is_refused_without_waiting(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    os.mkfifo(tmp_path / "src/pipe")
    with pytest.raises(InstallError, match="pipe is neither a file nor a folder"):
        copy_folder(tmp_path / "src", Filling(tmp_path / "out"))


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match="src can't be copied: No such file or directory"):
        copy_folder(tmp_path / "src", Filling(tmp_path / "out"))
