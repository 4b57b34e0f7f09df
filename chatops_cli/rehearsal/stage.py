"""Where a rehearsal is played: a room with a state folder of its own that is gone afterwards."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.errors import SettingsError
from chatops_cli.model.route import RoomRoute, WebhookRoute
from chatops_cli.rehearsal.transcript import Transcript
from chatops_cli.room.claims import MemoryClaims
from chatops_cli.room.opening import open_datastore, open_room, open_world
from chatops_cli.room.ports import Ports
from chatops_cli.settings.load import load_settings

if TYPE_CHECKING:
    from chatops_cli.model.route import Route
    from chatops_cli.notifications.courier import Post
    from chatops_cli.records.events import Event
    from chatops_cli.rehearsal.stand_in import StandIn
    from chatops_cli.rehearsal.timeline import Timeline
    from chatops_cli.room.room import Room
    from chatops_cli.room.world import World
    from chatops_cli.settings.values import Settings

MANIFEST = "pack.yaml"
FOLDER = "rehearsals"
"""The folder of a pack that its transcripts stand in."""
SUFFIX = ".chat"


def settings_for(file: Path) -> "Settings":
    """The settings of the folder that a transcript stands in.

    Raises:
        SettingsError: They are wrong.
    """
    return load_settings(folder=folder_of(file))


def folder_of(file: Path) -> Path:
    """The folder that a transcript stands in: what is above it is above it on disk, too."""
    return Path(os.path.abspath(file)).parent  # noqa: PTH100  # `absolute` keeps '..' in it


def pack_of(file: Path) -> Path | None:
    """The pack that a transcript stands in, None where it stands in none."""
    start = folder_of(file)
    for folder in (start, *start.parents):
        if (folder / MANIFEST).is_file():
            return folder
    return None


def staged(settings: "Settings", transcript: Transcript, home: Path) -> "Settings":
    """The settings that hold in a rehearsal: what it says stands above those of the site.

    Its packs and the one that it stands in come first. Routes that leave the room lead to a room
    of their name. What keeps the site's secrets is out of reach.

    Raises:
        SettingsError: A folder with packs isn't there.
    """
    front, file = transcript.front, Path(transcript.file)
    own = tuple((folder_of(file) / folder).resolve() for folder in front.packs)
    for root in own:
        if not root.is_dir():
            raise SettingsError(f"the folder with packs {root} does not exist")
    pack = pack_of(file)
    first = (*own, *((pack,) if pack is not None else ()))
    roots = (*first, *(root for root in settings.roots if root not in first))
    held = replace(settings, **front.overrides)  # type: ignore[arg-type]  # fields of settings
    return replace(
        held,
        home=home,
        configs=None,
        key_file=None,
        roots=roots,
        access=front.policy(held.access),
        routes={name: indoors(name, route) for name, route in held.routes.items()},
        choice={**held.choice, "CHATOPS_HOME": str(home)},
    )


def furnish(settings: "Settings", transcript: Transcript, site: "Settings") -> None:
    """The state folder is as the transcript says, with the site's virtual environments."""
    home, front = settings.home, transcript.front
    home.mkdir(parents=True, exist_ok=True)
    if site.virtualenvs.is_dir():
        settings.virtualenvs.symlink_to(site.virtualenvs, target_is_directory=True)
    for pack, values in front.configs.items():
        settings.config_folder.mkdir(exist_ok=True)
        target = settings.config_folder / f"{pack}.yaml"
        target.touch(mode=0o600)
        target.write_text(json.dumps(dict(values)), encoding="utf-8")
    if front.values:
        datastore = open_datastore(settings)
        for name, value in front.values.items():
            datastore.set("system", name, value)


def open_stage(
    settings: "Settings",
    *,
    world: "World | None",
    timeline: "Timeline",
    stand_in: "StandIn",
    witness: "Callable[[Event], None]",
    warn: Callable[[str], None],
    post: "Post",
) -> "Room":
    """The room of a rehearsal.

    `world` is what is known already, with the same packs; None to read it.
    """
    known = replace(world, settings=settings, _configurations={}) if world is not None else None
    return open_room(
        settings,
        operator=None,
        warn=warn,
        lasts=False,
        post=post,
        world=known or open_world(settings),
        ports=Ports(
            find_runner=stand_in.find_runner,
            clock=timeline,
            new_id=timeline.new_id,
            witness=witness,
            claims=MemoryClaims(),
            is_rehearsed=True,
        ),
    )


def indoors(name: str, route: "Route") -> RoomRoute:
    """The room that stands for a route in a rehearsal."""
    if isinstance(route, RoomRoute):
        return route
    kind = "webhook" if isinstance(route, WebhookRoute) else "email"
    return RoomRoute(room=f"{kind}:{name}")
