"""The digest of what a command means now: what people have allowed is this, and nothing else."""

import os
from typing import TYPE_CHECKING

from chatops_cli.records.canonical import digest, encode

if TYPE_CHECKING:
    from chatops_cli.model.action import ActionRef
    from chatops_cli.room.world import World

BLOCK = 1024 * 1024


def definition_of(world: "World", action_ref: "ActionRef", alias_ref: str | None) -> str:
    """The digest of the alias, the action and its entry point as they are on disk.

    The catalog is the one of the world: what has been edited counts when it has been read again;
    what is run is read anew each time, so it counts at once.
    """
    from chatops_cli.catalog.codec import pack_action, pack_alias

    action = world.action(action_ref)
    alias = next((each for each in world.aliases if each.ref == alias_ref), None)
    entry = ""
    if action is not None and action.entry_point:
        entry = _digest_of(os.path.join(action.pack_path, "actions", action.entry_point))  # noqa: PTH118  # as runners join it
    parts = {
        "action": None if action is None else pack_action(action),
        "pack": None if action is None else action.pack_path,
        "alias": None if alias is None else pack_alias(alias),
        "entry": entry,
    }
    return digest(encode(parts))


def _digest_of(path: str) -> str:
    """The digest of a file; of one that can't be read it is empty: then the action can't run."""
    import hashlib

    found = hashlib.sha256()
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # as above
            while block := file.read(BLOCK):
                found.update(block)
    except OSError:
        return ""
    return found.hexdigest()
