"""A warm catalog says what a cold one says, sees every change, and survives losing its cache."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from chatops_cli.catalog.cache import Cache
from chatops_cli.catalog.catalog import Catalog, open_catalog
from chatops_cli.catalog.stamps import GONE, OUTSIDE, RACY, Stamps, without_racy
from tests.support.packs import LONG_AGO, action_text, alias_text, write_pack
from tests.support.shared import CORPUS, needs_corpus

KEPT = Path("kept/c.db")


def load(*roots: Path | str, cache: Cache | None = None) -> Catalog:
    return open_catalog([Path(root) for root in roots or ("packs",)], cache=cache or Cache(KEPT))


def everything(catalog: Catalog) -> tuple[object, ...]:
    """All that a catalog says, in a form that compares and prints."""
    return (
        dict(catalog.packs),
        catalog.aliases,
        catalog.action_refs(),
        list(catalog.actions()),
        [catalog.action(ref) for ref in catalog.action_refs()],
        {pack: catalog.config_schema(pack) for pack in catalog.packs},
        catalog.problems,
    )


def cold(*roots: Path | str) -> tuple[object, ...]:
    return everything(open_catalog([Path(root) for root in roots or ("packs",)], cache=None))


def write_packs() -> Path:
    """Two packs, one with mistakes in every kind of file."""
    write_pack(
        Path("packs"),
        "good",
        {
            "actions/a.yaml": action_text("a", "python-script", "entry_point: a.py\n"),
            "actions/a.py": "",
            "actions/b.yaml": action_text("b", "noop", "parameters: {x: {default: [1, ~]}}\n"),
            "aliases/a.yaml": alias_text("a", "good.a", "do {{x}}"),
            "config.schema.yaml": "key: {type: string, secret: true}\n",
        },
    )
    return write_pack(
        Path("packs"),
        "bad",
        {
            "pack.yaml": "ref: bad\nname: bad\nversion: 0.1\n",
            "actions/a.yaml": action_text("a", "python-script", "entry_point: a.py\n"),
            "actions/b.yaml": action_text("a", "what"),
            "actions/c.yaml": "\t",
            "aliases/a.yaml": alias_text("a", "good.none"),
            "config.schema.yaml": "key: {secet: true}\n",
        },
    )


def wait_out() -> None:
    """Make all that was written look settled, so that the next look is a warm one."""
    for path in Path("packs").rglob("*"):
        os.utime(path, (LONG_AGO, LONG_AGO), follow_symlinks=False)


def test_warm_says_what_cold_says() -> None:
    write_packs()
    first, second = load(), load()
    assert everything(first) == everything(second) == cold()
    assert len(second.problems) == 10


@needs_corpus
def test_warm_says_what_cold_says_of_real_packs() -> None:
    assert everything(load(CORPUS)) == everything(load(CORPUS)) == cold(CORPUS)


def test_a_warm_look_reads_no_yaml(tmp_path: Path) -> None:
    """Neither yaml nor difflib is loaded to run one action of packs that have not changed."""
    write_packs()
    code = (
        "import sys; from pathlib import Path\n"
        "from chatops_cli.catalog.cache import Cache\n"
        "from chatops_cli.catalog.catalog import open_catalog\n"
        "catalog = open_catalog([Path('packs')], cache=Cache(Path(sys.argv[1])))\n"
        "assert catalog.action('good.a') and catalog.aliases and catalog.config_schema('good')\n"
        "print(sorted({'yaml', 'difflib', 'tempfile'} & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "c.db")]
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    looks = []
    for _ in range(2):
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        looks.append(run.stdout.strip())
        settle(tmp_path / "c.db")
    assert looks[0] != looks[1] == "[]"


def settle(cache: Path) -> None:
    """Read once more after the tick in which files were written is over."""
    while True:
        load(cache=Cache(cache))
        with sqlite3.connect(cache) as connection:
            (racy,) = connection.execute(
                "SELECT count(*) FROM packs WHERE instr(stamps, ?)",
                (RACY[0].to_bytes(8, sys.byteorder, signed=True),),
            ).fetchone()
        connection.close()
        if not racy:
            return


def change_text() -> None:
    Path("packs/good/actions/b.yaml").write_text(action_text("renamed"))


def change_same_size_same_time() -> None:
    """The size and the time of modification stay; the time of change can't be set back."""
    path = Path("packs/good/aliases/a.yaml")
    path.write_text(path.read_text().replace("do ", "un "))
    os.utime(path, (LONG_AGO, LONG_AGO))


def add_file() -> None:
    Path("packs/good/actions/new.yml").write_text(action_text("new"))


def remove_file() -> None:
    Path("packs/good/actions/b.yaml").unlink()


def remove_entry_point() -> None:
    Path("packs/good/actions/a.py").unlink()


def add_entry_point() -> None:
    Path("packs/bad/actions/a.py").touch()


def rename_pack() -> None:
    path = Path("packs/good/pack.yaml")
    path.write_text(path.read_text().replace("ref: good", "ref: best"))


def add_pack() -> None:
    write_pack(Path("packs"), "third", {"actions/a.yaml": action_text("a")})


def remove_pack() -> None:
    shutil.rmtree("packs/bad")


def break_pack() -> None:
    Path("packs/good/pack.yaml").write_text("ref: a.b\nname: x\n")


def add_schema() -> None:
    Path("packs/good/config.schema.yaml").write_text("other: {type: integer}\n")


@pytest.mark.parametrize(
    "change",
    [
        change_text,
        change_same_size_same_time,
        add_file,
        remove_file,
        remove_entry_point,
        add_entry_point,
        rename_pack,
        add_pack,
        remove_pack,
        break_pack,
        add_schema,
    ],
)
def test_every_change_is_seen(change: object) -> None:
    """After any change, the warm look is what a cold one would be, and so is the one after it."""
    write_packs()
    before = everything(load())
    settle(KEPT)
    assert callable(change)
    change()
    assert everything(load()) == cold() != before
    assert everything(load()) == cold()


def test_changes_in_one_tick_are_seen() -> None:
    """Same size, written right after it was read: the clock of the file system may not tell."""
    write_pack(Path("packs"), "p", {"actions/a.yaml": action_text("a0")})
    for n in range(1, 9):
        assert load().action_refs() == (f"p.a{n - 1}",)
        Path("packs/p/actions/a.yaml").write_text(action_text(f"a{n}"))


def test_stamps_near_the_time_of_reading_are_not_kept() -> None:
    second = 1_000_000_000
    now = 100 * second + 500_000_000
    stamps = {
        "old": (now - second, now - second, 5),
        "from the future": (now + second, now - second, 5),
        "new": (now - second, now - 1, 5),
        "whole": (99 * second, 99 * second, 5),
        "older": (97 * second, 97 * second, 5),
        "outside": OUTSIDE,
        "gone": GONE,
    }
    kept = without_racy(Stamps(files=stamps, watched=stamps), now)
    settled = {**stamps, "new": RACY, "whole": RACY}
    assert (kept.files, kept.watched) == (settled, settled)
    assert Stamps.unpack(kept.pack()) == settled


def test_a_catalog_outlives_its_cache() -> None:
    """Whatever happens to the file between opening and asking, the answers stay."""
    write_packs()
    expected = everything(load())
    settle(KEPT)
    for spoil in (
        "DELETE FROM packs",
        "UPDATE packs SET generation = generation + 1",
        "UPDATE files SET record = '{}'",
        "UPDATE files SET record = 'no JSON'",
        "DROP TABLE files",
    ):
        catalog = load()
        with sqlite3.connect(KEPT) as connection:
            connection.execute(spoil)
        connection.close()
        assert everything(catalog) == expected, spoil
        KEPT.unlink()
        load()
        settle(KEPT)


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE packs SET record = '{'",
        "UPDATE packs SET watched = 'x'",
        "UPDATE packs SET stamps = x'00'",
        "UPDATE packs SET stamps = 'text'",
        "UPDATE packs SET path = 'text'",
        "UPDATE packs SET generation = 'x'",
    ],
)
def test_nonsense_in_the_cache_is_passed_over(spoil: str) -> None:
    write_packs()
    load()
    settle(KEPT)
    with sqlite3.connect(KEPT) as connection:
        connection.execute(spoil)
    connection.close()
    for _ in range(2):
        assert everything(load()) == cold()


def test_a_pack_without_a_ref_is_told_again_without_reading_it() -> None:
    write_pack(Path("packs"), "a.b", {"pack.yaml": "name: x.y\n", "actions/a.yaml": "["})
    load()
    settle(KEPT)
    assert everything(load()) == cold()
    catalog = load()
    assert [problem.rule for problem in catalog.problems].count("pack-ref") == 1
    with sqlite3.connect(KEPT) as connection:
        connection.execute("UPDATE packs SET path = path || 'x'")
    connection.close()
    assert everything(load()) == cold()


def test_without_a_place_for_the_cache_everything_is_read() -> None:
    write_packs()
    Path("file").touch()
    assert everything(load(cache=Cache(Path("file/c.db")))) == cold()


def test_packs_that_are_gone_are_forgotten() -> None:
    write_packs()
    load()
    shutil.rmtree("packs/bad")
    change_text()
    load()
    with sqlite3.connect(KEPT) as connection:
        packs = connection.execute("SELECT shown FROM packs").fetchall()
        files = connection.execute("SELECT count(DISTINCT pack) FROM files").fetchone()
    connection.close()
    assert (packs, files) == ([("packs/good",)], (1,))


def test_a_pack_removed_while_in_use_keeps_answering() -> None:
    write_packs()
    catalog = load()
    catalog.action("good.a")
    shutil.rmtree("packs")
    assert catalog.action("good.a") is not None
    assert load().action_refs() == ()


def test_roots_of_several_spellings_keep_their_places() -> None:
    write_packs()
    for root in ("packs", Path("packs").absolute(), "packs"):
        catalog = load(root)
        action = catalog.action("good.a")
        assert action is not None
        assert action.place.file == f"{root}/good/actions/a.yaml"


def test_processes_that_start_cold_together_agree() -> None:
    write_packs()
    code = (
        "import sys; from pathlib import Path\n"
        "from chatops_cli.catalog.cache import Cache\n"
        "from chatops_cli.catalog.catalog import open_catalog\n"
        "for _ in range(10):\n"
        "    catalog = open_catalog([Path('packs')], cache=Cache(Path('kept/c.db')))\n"
        "    assert len(catalog.problems) == 10, catalog.problems\n"
        "    assert len(catalog.action_refs()) == 3 and catalog.action('good.b')\n"
    )
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    looks = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [look.wait(60) for look in looks] == [0] * 4
    assert everything(load()) == cold()
