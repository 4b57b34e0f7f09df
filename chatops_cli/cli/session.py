"""What every command starts from: the settings that the global options choose, and the packs."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.cli.invocation import Invocation
from chatops_cli.settings.load import load_settings

if TYPE_CHECKING:
    import typer

    from chatops_cli.catalog.cache import Cache
    from chatops_cli.catalog.catalog import Catalog
    from chatops_cli.execution.durable.opening import Durable
    from chatops_cli.model.chat import Message
    from chatops_cli.notifications.courier import Post
    from chatops_cli.room.room import Room
    from chatops_cli.settings.values import Settings


def settings_of(ctx: "typer.Context") -> "Settings":
    """The settings that the global options and the working folder make.

    Raises:
        SettingsError: They are wrong; all that is, is named.
    """
    return settings_from(ctx.find_object(Invocation) or Invocation())


def settings_from(invocation: Invocation) -> "Settings":
    """The settings for these global options; see `settings_of`."""
    return load_settings(config=invocation.config, packs=invocation.packs, home=invocation.home)


def cache_of(settings: "Settings") -> "Cache":
    """The cache in the state folder; without one that can be written, all works, slower."""
    from chatops_cli.catalog.cache import Cache

    return Cache(settings.home / "cache.db")


def catalog_of(settings: "Settings") -> "Catalog":
    """The packs under the roots of the settings."""
    from chatops_cli.catalog.catalog import open_catalog

    return open_catalog(settings.roots, cache=cache_of(settings))


def short(path: str) -> str:
    """A path as people would type it: relative where it is below the working folder."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return path


def user_name() -> str:
    """Who runs this: the login name, or the number where there is no name."""
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def room_of(settings: "Settings", *, post: "Post | None" = None, engine: bool = False) -> "Room":
    """A room in this process. `post` shows what is said in other rooms.

    With `engine`, actions are run by others, by way of the durable engine of the settings.

    Raises:
        ChatOpsError: There is none, or its database can't be used.
    """
    from chatops_cli.cli.output import print_note
    from chatops_cli.room.opening import open_room

    return open_room(
        settings,
        operator=user_name(),
        warn=lambda text: print_note(f"warning: {text}"),
        lasts=False,
        post=post,
        durable=_shared(settings) if engine else None,
    )


def _shared(settings: "Settings") -> "Durable":
    from chatops_cli.errors import SettingsError
    from chatops_cli.execution.durable.opening import Durable
    from chatops_cli.execution.durable.store import Ledger
    from chatops_cli.room.opening import follow_of, now

    if settings.engine is None or not settings.engine.is_durable:
        raise SettingsError(
            "the settings name no durable engine that others take work from",
            hint="leave --engine out; or say engine: {kind: durable} in the settings",
        )
    durable = Durable(settings, follow=follow_of(settings), now=now, queues=None)
    durable.store.prepare()
    ledger = Ledger(durable.store, patient=False)
    try:
        ledger.find("none")
    finally:
        ledger.close()
    return durable


def message_of(text: str, *, as_user: str, room: str) -> "Message":
    """What somebody said to the bot directly, now."""
    from chatops_cli.access.decide import LOCAL
    from chatops_cli.model.chat import Message, Principal
    from chatops_cli.room.opening import new_id, now

    return Message(
        id=new_id(),
        text=text,
        principal=Principal(network=LOCAL, user=as_user or user_name()),
        room=room,
        time=now(),
        is_direct=True,
    )
