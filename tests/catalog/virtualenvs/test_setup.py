"""Environments of several packs are built, mended, and left alone where they are fresh."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from chatops_cli.catalog.virtualenvs.build import LONGEST, remove
from chatops_cli.catalog.virtualenvs.lookup import find_python
from chatops_cli.catalog.virtualenvs.setup import Report, Stage, default_jobs, set_up
from chatops_cli.catalog.virtualenvs.site import Site
from chatops_cli.catalog.virtualenvs.state import State
from chatops_cli.errors import SetupError
from chatops_cli.model.pack import Pack
from chatops_cli.records.lock import locked
from tests.support.virtualenvs import asked, generations, make_pack, pretending_site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return pretending_site(tmp_path / "site")


async def set_up_one(pack: Pack, site: Site, *, rebuilds: bool = False) -> Report:
    (report,) = await set_up([pack], site, jobs=1, rebuilds=rebuilds)
    return report


def python_of(pack: Pack, site: Site) -> str:
    python = find_python(str(site.folder), pack.ref, pack.path)
    assert python is not None
    return python


def exists(path: str) -> bool:
    return Path(path).exists()


def replace_program(path: str, text: str | None) -> None:
    """Another text for a program; None removes it."""
    if text is None:
        Path(path).unlink()
    else:
        Path(path).write_text(text)


async def test_each_pack_gets_what_it_asks_for(tmp_path: Path, site: Site) -> None:
    packs = [make_pack(tmp_path, ref, text) for ref, text in (("a", "x\n"), ("b", None))]
    told: list[tuple[str, str, str]] = []
    reports = await set_up(packs, site, jobs=2, tell=lambda *what: told.append(what))
    assert [(r.ref, r.was, r.state) for r in reports] == [
        ("a", State.MISSING, State.FRESH), ("b", State.NONE, State.NONE),
    ]  # fmt: skip
    assert sorted(told) == [
        ("a", Stage.BUILDING, "has not been built"),
        ("a", Stage.ENDED, "fresh"),
        ("a", Stage.LINE, "Collecting x"),
        ("b", Stage.ENDED, "none"),
    ]
    (line,) = asked(site)
    assert line.endswith(f"/bin/python install -r {tmp_path}/a/requirements.txt")
    assert len(generations(site)) == 1
    assert reports[0].seconds > 0 == reports[1].seconds


async def test_a_fresh_one_is_left_alone_unless_it_is_to_be_rebuilt(
    tmp_path: Path, site: Site
) -> None:
    pack = make_pack(tmp_path, "a", "x\n")
    await set_up_one(pack, site)
    first = python_of(pack, site)
    again = await set_up_one(pack, site)
    assert (again.state, again.seconds, len(asked(site))) == (State.FRESH, 0, 1)
    assert (await set_up_one(pack, site, rebuilds=True)).seconds > 0
    assert python_of(pack, site) != first


async def test_one_that_was_replaced_stays_until_the_next_setup(tmp_path: Path, site: Site) -> None:
    """Actions that run in it find their modules."""
    pack = make_pack(tmp_path, "a", "x\n")
    await set_up_one(pack, site)
    first = python_of(pack, site)
    make_pack(tmp_path, "a", "y\n")
    report = await set_up_one(pack, site)
    assert (report.was, report.state) == (State.STALE, State.FRESH)
    assert (exists(first), len(generations(site))) == (True, 2)
    await set_up_one(pack, site)
    assert (exists(first), len(generations(site))) == (False, 1)


@pytest.mark.parametrize("damage", ["interpreter", "packages"])
async def test_a_broken_one_is_mended(damage: str, tmp_path: Path, site: Site) -> None:
    """One whose interpreter is gone, or has become another that doesn't find the packages."""
    pack = make_pack(tmp_path, "a", "x\n")
    await set_up_one(pack, site)
    python = python_of(pack, site)
    replace_program(python, None if damage == "interpreter" else "#!/bin/sh\necho False\n")
    report = await set_up_one(pack, site)
    assert (report.was, report.state) == (State.BROKEN, State.FRESH)
    assert python_of(pack, site) != python


async def test_an_interpreter_that_does_not_start_is_noticed(tmp_path: Path, site: Site) -> None:
    pack = make_pack(tmp_path, "a", "x\n")
    await set_up_one(pack, site)
    replace_program(python_of(pack, site), "#!/nowhere\n")
    assert (await set_up_one(pack, site)).was is State.BROKEN


async def test_a_failure_changes_nothing_and_the_others_go_on(tmp_path: Path) -> None:
    site = pretending_site(tmp_path / "site", TOKEN="canary-token")
    bad = make_pack(tmp_path, "bad", "x\n")
    await set_up_one(bad, site)
    before = python_of(bad, site)
    make_pack(tmp_path, "bad", "fail @ https://${TOKEN}@h\n")
    good = make_pack(tmp_path, "good", "x\n")
    reports = await set_up([bad, good], site, jobs=1)
    assert [report.state for report in reports] == [State.STALE, State.FRESH]
    assert reports[0].error == "what the pack requires can't be installed (exit code 4)"
    assert reports[0].output == (
        *(f"line {number}" for number in range(16, 30)),
        "at https://********@example.org/simple and ********",
    )
    assert python_of(bad, site) == before
    assert len(generations(site)) == 2


async def test_who_breaks_it_off_leaves_nothing(tmp_path: Path, site: Site) -> None:
    """Neither the installer, nor what it has started, nor half of an environment."""
    packs = [make_pack(tmp_path, ref, "hang\n") for ref in ("a", "b")]
    started = asyncio.Event()

    def tell(ref: str, stage: Stage, _text: str) -> None:
        if (ref, stage) == ("a", Stage.LINE):
            started.set()

    task = asyncio.create_task(set_up(packs, site, jobs=1, tell=tell))
    await asyncio.wait_for(started.wait(), timeout=20)
    child = int((Path(site.python).parent / "child").read_text())
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    wait_for_end(child)
    assert generations(site) == []
    assert len(asked(site)) == 1


def wait_for_end(pid: int) -> None:
    """It is gone: what has been killed takes the system a moment."""
    end = time.monotonic() + 5
    while is_running(pid):
        assert time.monotonic() < end
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    """Whether it is there and no zombie that waits for its parent."""
    try:
        state = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def test_what_killed_builds_left_is_gone(tmp_path: Path, site: Site) -> None:
    pack = make_pack(tmp_path, "a", "x\n")
    other = ".b.0.0.0"
    for name in (".a.0.0.1", other):
        (site.folder / name / "bin").mkdir(parents=True)
    (site.folder / ".a.0.0.1.link").symlink_to(".a.0.0.1")
    await set_up_one(pack, site)
    names = {path.name for path in site.folder.iterdir()}
    assert names == {"a", ".a.lock", other, *generations(site)}
    assert len(generations(site)) == 2


async def test_two_do_not_build_for_one_pack_at_once(tmp_path: Path, site: Site) -> None:
    """The one that comes second waits, and finds it fresh."""
    pack = make_pack(tmp_path, "a", "x\n")
    reports = await asyncio.gather(*(set_up([pack], site, jobs=1) for _ in range(2)))
    assert sorted(report.seconds > 0 for (report,) in reports) == [False, True]
    assert len(asked(site)) == 1


async def test_who_waits_for_another_says_so(tmp_path: Path, site: Site) -> None:
    pack = make_pack(tmp_path, "a", "x\n")
    site.folder.mkdir()
    waiting = asyncio.Event()

    def tell(_ref: str, stage: Stage, _text: str) -> None:
        if stage is Stage.WAITING:
            waiting.set()

    with locked(site.folder / ".a.lock"):
        task = asyncio.create_task(set_up([pack], site, jobs=1, tell=tell))
        await asyncio.wait_for(waiting.wait(), timeout=20)
    assert [report.state for report in await task] == [State.FRESH]


async def test_base_packages_go_into_each(tmp_path: Path) -> None:
    """Also where a pack only imports one; not beside hashes, nor beside its own version."""
    site = pretending_site(tmp_path / "site", base=("six", "requests"))
    packs = [
        make_pack(tmp_path, "asks", "x\n"),
        make_pack(tmp_path, "imports", None, "import six\n"),
        make_pack(tmp_path, "locked", "x==1 --hash=sha256:00\n"),
        make_pack(tmp_path, "own", "Requests<2\n"),
    ]
    await set_up(packs, site, jobs=1)
    asks, imports, with_hashes, own = asked(site)
    assert asks.endswith(f"{tmp_path}/asks/requirements.txt six requests")
    assert imports.endswith("install six requests")
    assert with_hashes.endswith(f"{tmp_path}/locked/requirements.txt")
    assert own.endswith(f"{tmp_path}/own/requirements.txt six")


async def test_an_installer_gets_a_copy_in_utf_8(tmp_path: Path, site: Site) -> None:
    pack = make_pack(tmp_path, "a", "ü\r\n".encode("utf-16"))
    await set_up_one(pack, site)
    (name,) = generations(site)
    assert (site.folder / name / "requirements.txt").read_text(encoding="utf-8") == "ü\n"
    assert asked(site)[0].endswith(f"-r {site.folder}/{name}/requirements.txt")


async def test_one_that_is_needed_no_more_is_removed(tmp_path: Path, site: Site) -> None:
    pack = make_pack(tmp_path, "a", "x\n")
    await set_up_one(pack, site)
    replace_program(python_of(pack, site), None)
    make_pack(tmp_path, "a", "")
    assert (await set_up_one(pack, site)).state is State.NONE
    assert generations(site) == []


async def test_one_made_by_hand_is_left_alone(tmp_path: Path, site: Site) -> None:
    pack = make_pack(tmp_path, "a", "x\n")
    (site.folder / "a" / "bin").mkdir(parents=True)
    for name in ("bin/python", "pyvenv.cfg"):
        (site.folder / "a" / name).touch()
    report = await set_up_one(pack, site, rebuilds=True)
    assert (report.state, asked(site)) == (State.MANUAL, [])


async def test_that_of_a_pack_that_is_gone_is_removed(tmp_path: Path, site: Site) -> None:
    """But for one that is being built at this moment, and one made by hand."""
    pack = make_pack(tmp_path, "a", "x\n")
    remove("a", site)
    await set_up_one(pack, site)
    with locked(site.folder / ".a.lock"):
        remove("a", site)
        assert len(generations(site)) == 1
    remove("a", site)
    (site.folder / "b").mkdir()
    remove("b", site)
    assert [path.name for path in site.folder.iterdir()] == ["b"]


async def test_requirements_that_can_not_be_read_are_told(tmp_path: Path, site: Site) -> None:
    pack = make_pack(tmp_path, "a", None)
    os.mkfifo(f"{pack.path}/requirements.txt")
    report = await set_up_one(pack, site)
    assert report.error is not None
    assert report.error.endswith("requirements.txt is a pipe, socket or device, not a file")


async def test_without_an_interpreter_nothing_can_be_built(tmp_path: Path, site: Site) -> None:
    pack = make_pack(tmp_path, "a", "x\n")
    errors = []
    for python in ("", "/nowhere/python"):
        unable = Site(folder=site.folder, python=python)
        errors.append((await set_up_one(pack, unable)).error)
    assert errors[0] == "this program does not know its Python interpreter"
    assert "'/nowhere/python' can't be started" in str(errors[1])


async def test_uv_is_asked_where_the_settings_say_so(tmp_path: Path) -> None:
    pretending = pretending_site(tmp_path / "site")
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/uv-asked\n')
    uv.chmod(0o755)
    pack = make_pack(tmp_path, "a", "x\n")
    environment = {"PATH": f"{uv.parent}:{os.environ['PATH']}"}
    site = Site(
        folder=pretending.folder, python=pretending.python, installer="uv", environment=environment
    )
    assert (await set_up_one(pack, site)).state is State.FRESH
    said = (tmp_path / "uv-asked").read_text()
    assert said.startswith("pip install --color never --python ")
    uv.unlink()
    none = Site(folder=site.folder, python=site.python, installer="uv", environment={"PATH": "/"})
    report = await set_up_one(pack, none, rebuilds=True)
    assert str(report.error).startswith("there is no uv on the PATH; install it, or set ")


async def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SetupError, match="file/virtualenvs can't be made"):
        await set_up([], Site(folder=tmp_path / "file" / "virtualenvs"), jobs=1)


def test_there_is_a_job_for_each_processor_at_least_one() -> None:
    assert 1 <= default_jobs() <= (os.cpu_count() or 1)
    assert LONGEST > 60
