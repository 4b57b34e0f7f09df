"""What a transcript has to say of packs and settings, to be played as in the room it is from."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.model.json import Json, JsonObject
from chatops_cli.reading.file import read_file
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse
from chatops_cli.rehearsal.front_reading import FIELDS
from chatops_cli.rehearsal.stage import folder_of, indoors, pack_of, settings_for

if TYPE_CHECKING:
    from chatops_cli.settings.values import Settings

ROUTES = "routes"


def front_of(path: Path, settings: "Settings") -> JsonObject:
    """The keys of the front matter that a transcript at `path` needs, beside people and clock.

    Nothing where the settings that hold in its folder are those of the room: only what differs is
    told. Routes are told as rooms, as they are in every rehearsal: addresses may be secret.

    Raises:
        SettingsError: The settings that hold in its folder are wrong.
    """
    there = settings_for(path)
    found: dict[str, Json] = {}
    if packs := _packs(path, settings, there):
        found["packs"] = packs
    if told := _settings(settings, there):
        found["settings"] = told
    return found


def _packs(path: Path, settings: "Settings", there: "Settings") -> list[Json]:
    """The folders with packs that wouldn't be read, relative to the transcript's folder."""
    own = pack_of(path)
    read = {root.resolve() for root in (*there.roots, *([own] if own else []))}
    folder = folder_of(path).resolve()
    missing = (root.resolve() for root in settings.roots)
    return [os.path.relpath(root, folder) for root in missing if root not in read]


def _settings(settings: "Settings", there: "Settings") -> dict[str, Json]:
    """What the room's settings file says that can be said in a transcript, if it isn't read."""
    if settings.file is None or _is_same(settings.file, there.file):
        return {}
    said = _written(settings.file)
    found: dict[str, Json] = {
        key: said[key]
        for key, fields in FIELDS.items()
        if key in said and any(getattr(settings, each) != getattr(there, each) for each in fields)
    }
    if ROUTES in found:
        found[ROUTES] = {
            name: {"room": indoors(name, route).room} for name, route in settings.routes.items()
        }
    return found


def _is_same(file: Path, other: Path | None) -> bool:
    try:
        return other is not None and file.samefile(other)
    except OSError:  # one of them has gone meanwhile
        return False


def _written(file: Path) -> JsonObject:
    """What stands in a settings file; it was read before, so what is wrong now isn't told."""
    data = read_file(str(file), file=str(file))
    if not isinstance(data, bytes):
        return {}
    reader = Reader.of_source(parse(data, file=str(file)), [])
    if reader is None:
        return {}
    keys = reader.keys()
    return {key: reader.json(key) for key in keys}
