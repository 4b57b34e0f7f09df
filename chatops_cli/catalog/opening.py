"""A pack's folder opened: from the cache where nothing has changed, otherwise read."""

from collections.abc import Sequence

from chatops_cli.catalog.cache import Cache
from chatops_cli.catalog.folder import Folder
from chatops_cli.catalog.row import Row, pack_problems, unpack_problems
from chatops_cli.catalog.shelf import KeptRows, ReadRows, Shelf
from chatops_cli.catalog.stamps import Stamps, take_stamps, without_racy
from chatops_cli.catalog.store import Kept, Writing, fetch_all
from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Problem


@frozen
class Opened:
    """A folder's shelf, or where it has none what is wrong; and what the cache should keep."""

    shelf: Shelf | None
    problems: Sequence[Problem] = ()
    writing: Writing | None = None


def open_pack(folder: Folder, kept: Kept | None, cache: Cache | None) -> Opened:
    """A pack as it is now.

    Args:
        folder: The pack's folder.
        kept: What the cache says of it.
        cache: The cache.
    """
    stamps = take_stamps(folder, kept.watched if kept is not None else ())
    if kept is not None and cache is not None and kept.stamps == stamps.pack():
        return _open_kept(folder, kept, cache)
    return _read(folder, stamps, kept, cache)


def _open_kept(folder: Folder, kept: Kept, cache: Cache) -> Opened:
    if kept.pack is not None:
        rows = KeptRows(cache, kept)
        return Opened(shelf=Shelf(folder, kept.pack, rows, lambda: _reread(folder)))
    found = fetch_all(cache, kept)
    if found is None:
        return _read(folder, take_stamps(folder), None, None)
    return Opened(shelf=None, problems=_all_problems(kept.problems, found))


def _read(folder: Folder, stamps: Stamps, kept: Kept | None, cache: Cache | None) -> Opened:
    # Only here: a warm cache needs no YAML.
    from chatops_cli.catalog.build import build

    now = cache.now() if cache is not None else None
    unchanged = _unchanged(stamps, kept, cache) if kept is not None and cache is not None else {}
    ref = kept.pack.ref if kept is not None and kept.pack is not None else None
    content = build(folder, stamps, unchanged, ref)
    problems = pack_problems(content.problems)
    writing = None
    if now is not None:
        taken = Stamps(files=stamps.files, watched=content.watched, problems=stamps.problems)
        writing = Writing(
            folder=folder,
            stamps=without_racy(taken, now),
            pack=content.pack,
            problems=problems,
            rows=content.rows,
        )
    if content.pack is None:
        found = _all_problems(problems, content.rows)
        return Opened(shelf=None, problems=found, writing=writing)
    rows = ReadRows(content.rows, problems)
    shelf = Shelf(folder, content.pack, rows, lambda: _reread(folder))
    return Opened(shelf=shelf, writing=writing)


def _reread(folder: Folder) -> ReadRows:
    from chatops_cli.catalog.build import build

    content = build(folder, take_stamps(folder), {}, None)
    return ReadRows(content.rows, pack_problems(content.problems))


def _unchanged(stamps: Stamps, kept: Kept, cache: Cache) -> dict[str, Row]:
    try:
        before = Stamps.unpack(kept.stamps)
    except ValueError:
        return {}
    return {
        row.name: row
        for row in fetch_all(cache, kept) or ()
        if before.get(row.name) == stamps.files.get(row.name)
    }


def _all_problems(whole: str, rows: Sequence[Row]) -> list[Problem]:
    texts = (whole, *(row.problems for row in rows))
    return [problem for text in texts for problem in unpack_problems(text)]
