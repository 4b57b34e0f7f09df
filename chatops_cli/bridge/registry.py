"""Adapters by the type that settings name: a table of what is built in, entry points for others.

Another distribution adds one by the entry point group ``chatops.adapters``: the name is the type,
the object a module with ``read`` and ``make`` (`contract.AdapterModule`). No entry point can take
the name of a built-in adapter, nor one that another distribution offers as well.
"""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import cast

from chatops_cli.bridge.contract import AdapterModule
from chatops_cli.errors import SettingsError

GROUP = "chatops.adapters"
MODULES: Mapping[str, str] = MappingProxyType(
    {
        "discord": "chatops_cli.bridge.adapters.discord",
        "http": "chatops_cli.bridge.adapters.http",
        "irc": "chatops_cli.bridge.adapters.irc",
        "jsonl": "chatops_cli.bridge.adapters.jsonl",
        "matrix": "chatops_cli.bridge.adapters.matrix",
        "mattermost": "chatops_cli.bridge.adapters.mattermost",
        "slack": "chatops_cli.bridge.adapters.slack",
        "telegram": "chatops_cli.bridge.adapters.telegram",
        "xmpp": "chatops_cli.bridge.adapters.xmpp",
    }
)
"""Type to module, imported when it is used."""
EXTRAS: Mapping[str, str] = MappingProxyType(
    {
        "discord": "discord",
        "http": "aiohttp",
        "matrix": "aiohttp",
        "mattermost": "aiohttp",
        "slack": "slack_sdk",
        "telegram": "aiohttp",
        "xmpp": "slixmpp",
    }
)
"""Type to the package that it needs, and that an extra of the type's name brings."""


def find_adapter(name: str) -> AdapterModule:
    """The adapter of that type.

    Raises:
        SettingsError: There is none, several offer it, or what it needs is not installed.
    """
    if name in MODULES:
        _require(name)
        return cast("AdapterModule", import_module(MODULES[name]))
    from importlib.metadata import entry_points

    offers = tuple(entry for entry in entry_points(group=GROUP) if entry.name == name)
    if len(offers) > 1:
        who = " and ".join(sorted(each.dist.name if each.dist else each.value for each in offers))
        raise SettingsError(
            f"the adapter '{name}' is offered by {who}: it is not known which is meant",
            hint="uninstall all but one of them",
        )
    if not offers:
        raise SettingsError(
            f"there is no adapter '{name}'; there are {', '.join(sorted(MODULES))}",
            hint="correct 'type', or install the package that brings this adapter",
        )
    try:
        found: object = offers[0].load()
    except Exception as error:  # a foreign module may raise anything
        raise SettingsError(
            f"the adapter '{name}' can't be loaded: {type(error).__name__}: {error}",
            hint="mend or uninstall the package that brings it",
        ) from error
    if not callable(getattr(found, "read", None)) or not callable(getattr(found, "make", None)):
        raise SettingsError(f"what is offered as the adapter '{name}' is none: no read or make")
    return cast("AdapterModule", found)


def _require(name: str) -> None:
    package = EXTRAS.get(name)
    if package is not None and find_spec(package) is None:
        raise SettingsError(
            f"the adapter {name} needs the package {package}, which is not installed",
            hint=f"pip install 'chatops-cli[{name}]'",
        )
