"""The cache's tables of packs and files: what was kept of a pack, and keeping it."""

import json
import os
from collections.abc import Iterable, Sequence

from chatops_cli.catalog.cache import Cache, Cell, Statement
from chatops_cli.catalog.codec import pack_pack, unpack_pack
from chatops_cli.catalog.folder import Folder
from chatops_cli.catalog.row import PLACES, Row
from chatops_cli.catalog.stamps import Stamps
from chatops_cli.model.frozen import frozen
from chatops_cli.model.pack import Pack


@frozen
class Kept:
    """What the cache says of a pack. Each writing raises `generation`: rows belong to one only."""

    id: int
    generation: int
    path: bytes
    stamps: bytes
    watched: tuple[str, ...]
    pack: Pack | None
    problems: str

    def holds(self, kind: str) -> bool:
        """Whether a file of this kind is among the stamps; the table isn't asked."""
        # Names stand between zero bytes; where a number looks like one, a query finds nothing.
        return any(
            mark in self.stamps
            for part, other in PLACES.items()
            if other == kind
            for mark in (f"\0{part}/".encode(), f"\n{part}/".encode())
        )


@frozen
class Writing:
    """A pack to be kept. `pack` is None where it has no ref."""

    folder: Folder
    stamps: Stamps
    pack: Pack | None
    problems: str
    rows: Sequence[Row]


def load_kept(cache: Cache) -> dict[tuple[str, str], Kept]:
    """Everything that is kept of packs, by folder and its spelling; rows apart."""
    found: dict[tuple[str, str], Kept] = {}
    query = "SELECT id, generation, path, shown, stamps, watched, record, problems FROM packs"
    for cells in cache.read(query):
        try:
            kept, shown = _unpack_kept(cells)
        except (KeyError, TypeError, ValueError):
            continue
        found[os.fsdecode(kept.path), shown] = kept
    return found


def fetch_one(cache: Cache, kept: Kept, kind: str, key: str) -> tuple[Row | None] | None:
    """One row in a tuple, or no row in one; None where the cache has it no longer."""
    query = (
        "SELECT f.* FROM packs p LEFT JOIN files f"
        " ON f.pack = p.id AND f.kind = ? AND f.key = ?"
        " WHERE p.id = ? AND p.generation = ? AND p.path = ? ORDER BY f.name LIMIT 1"
    )
    for cells in cache.read(query, (kind, key, kept.id, kept.generation, kept.path)):
        return (_unpack_row(cells) if cells[1] is not None else None,)
    return None


def fetch_all(cache: Cache, kept: Kept, kind: str = "") -> list[Row] | None:
    """The rows of one kind or of all, by name; None where the cache has them no longer."""
    query = (
        "SELECT f.* FROM packs p LEFT JOIN files f ON f.pack = p.id AND ? IN ('', f.kind)"
        " WHERE p.id = ? AND p.generation = ? AND p.path = ? ORDER BY f.name"
    )
    return _unpack_rows(cache.read(query, (kind, kept.id, kept.generation, kept.path)))


def fetch_marked(cache: Cache, kept: Kept) -> list[Row] | None:
    """The rows with problems or links; None where the cache has them no longer."""
    query = (
        "SELECT f.* FROM packs p LEFT JOIN files f"
        " ON f.pack = p.id AND (f.problems != '' OR f.links != '')"
        " WHERE p.id = ? AND p.generation = ? AND p.path = ? ORDER BY f.name"
    )
    return _unpack_rows(cache.read(query, (kept.id, kept.generation, kept.path)))


def fetch_keys(cache: Cache, kept: Kept, kind: str) -> list[str] | None:
    """The keys of one kind, in the order of their files' names, without reading the rows."""
    query = (
        "SELECT f.key, f.name FROM packs p LEFT JOIN files f ON f.pack = p.id AND f.kind = ?"
        " WHERE p.id = ? AND p.generation = ? AND p.path = ? ORDER BY f.name"
    )
    rows = cache.read(query, (kind, kept.id, kept.generation, kept.path))
    return [str(key) for key, name in rows if name is not None] if rows else None


def save(cache: Cache, writings: Iterable[Writing]) -> None:
    """Keep packs, all in one transaction; those whose folder is gone are dropped."""
    gone = [
        (path,)
        for (path,) in cache.read("SELECT DISTINCT path FROM packs")
        if isinstance(path, bytes) and not os.path.isdir(path)  # noqa: PTH112  # see Folder.name
    ]
    statements: list[Statement] = [
        ("DELETE FROM files WHERE pack IN (SELECT id FROM packs WHERE path = ?)", gone),
        ("DELETE FROM packs WHERE path = ?", gone),
    ]
    for writing in writings:
        statements.extend(_statements(writing))
    cache.write(statements)


def _statements(writing: Writing) -> Iterable[Statement]:
    here = (os.fsencode(writing.folder.path), writing.folder.shown)
    pack: tuple[Cell, ...] = (
        *here,
        writing.stamps.pack(),
        json.dumps(list(writing.stamps.watched)),
        pack_pack(writing.pack) if writing.pack is not None else "",
        writing.problems,
    )
    yield (
        (
            "INSERT INTO packs (path, shown, generation, stamps, watched, record, problems)"
            " VALUES (?, ?, 1, ?, ?, ?, ?) ON CONFLICT (path, shown) DO UPDATE SET"
            " generation = packs.generation + 1, stamps = excluded.stamps,"
            " watched = excluded.watched, record = excluded.record, problems = excluded.problems"
        ),
        [pack],
    )
    yield (
        "DELETE FROM files WHERE pack = (SELECT id FROM packs WHERE path = ? AND shown = ?)",
        [here],
    )
    yield (
        (
            "INSERT INTO files (pack, name, kind, key, problems, links, entry_point, record)"
            " SELECT id, ?, ?, ?, ?, ?, ?, ? FROM packs WHERE path = ? AND shown = ?"
        ),
        [(*_pack_row(row), *here) for row in writing.rows],
    )


def _pack_row(row: Row) -> tuple[Cell, ...]:
    name = os.fsencode(row.name)
    return name, row.kind, row.key, row.problems, row.links, row.entry_point, row.record


def _unpack_rows(found: Sequence[Sequence[Cell]]) -> list[Row] | None:
    return [_unpack_row(cells) for cells in found if cells[1] is not None] if found else None


def _unpack_row(cells: Sequence[Cell]) -> Row:
    """A row of the table ``files``, all columns in their order."""
    _, name, *texts = cells
    kind, key, problems, links, entry_point, record = map(str, texts)
    return Row(
        name=os.fsdecode(name if isinstance(name, bytes) else str(name)),
        kind=kind,
        key=key,
        record=record,
        problems=problems,
        links=links,
        entry_point=entry_point,
    )


def _unpack_kept(cells: Sequence[Cell]) -> tuple[Kept, str]:
    number, generation, path, shown, stamps, watched, record, problems = cells
    if not (isinstance(number, int) and isinstance(generation, int)):
        raise TypeError("numbers are wanted")
    if not (isinstance(path, bytes) and isinstance(stamps, bytes)):
        raise TypeError("bytes are wanted")
    kept = Kept(
        id=number,
        generation=generation,
        path=path,
        stamps=stamps,
        watched=tuple(json.loads(str(watched))),
        pack=unpack_pack(str(record)) if record else None,
        problems=str(problems),
    )
    return kept, str(shown)
