"""The lines of the settings: each connection's adapter, made with its options."""

from collections.abc import Callable, Mapping
from datetime import datetime

from chatops_cli.bridge.contract import Adapter, Context
from chatops_cli.bridge.registry import find_adapter
from chatops_cli.errors import SettingsError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Severity
from chatops_cli.settings.bridge import Connection
from chatops_cli.settings.values import Settings


@frozen
class Outside:
    """What adapters are given of this process; see `contract.Context`."""

    now: Callable[[], datetime]
    new_id: Callable[[], str]
    follow: Callable[[str], str]
    environment: Mapping[str, str]


def adapter_of(connection: Connection, settings: Settings, outside: Outside) -> Adapter:
    """The adapter of a connection.

    Raises:
        SettingsError: Its type is not known, or its options are wrong; all that is, is named.
    """
    reader = connection.reader
    module = find_adapter(connection.type)
    # The list is the one that all problems of the settings were added to when they were read.
    start = len(reader.problems)
    reader.accept("type", "rooms")
    options = module.read(reader)
    reader.finish()
    errors = [each for each in reader.problems[start:] if each.severity is Severity.ERROR]
    del reader.problems[start:]
    if errors:
        raise SettingsError("\n".join(str(problem) for problem in errors))
    context = Context(
        name=connection.name,
        bot=settings.bot_name,
        now=outside.now,
        new_id=outside.new_id,
        follow=outside.follow,
        environment=outside.environment,
    )
    return module.make(options, context)


def connections_of(settings: Settings) -> tuple[Connection, ...]:
    """The connections that the settings name.

    Raises:
        SettingsError: They name none.
    """
    networks = settings.bridge.networks if settings.bridge is not None else ()
    if not networks:
        raise SettingsError(
            "the settings name no network that the bridge could connect to",
            hint="add bridge: networks: …, as docs/bridge.md shows",
        )
    return networks
