"""``chatops.yaml``, read by `settings.file` and `settings.routes`."""

from typing import TYPE_CHECKING

from chatops_cli.model.hook import Scheme
from chatops_cli.model.problem import Severity
from chatops_cli.model.queue import QUEUE
from chatops_cli.model.route import Security
from chatops_cli.reading.policy import TYPES
from chatops_cli.settings.bridge import NAME
from chatops_cli.settings.engine import KINDS as ENGINES
from chatops_cli.settings.file import COMPAT
from chatops_cli.settings.routes import ADDRESS, KINDS
from chatops_cli.settings.values import INSTALLERS
from chatops_cli.validation.schemas import networks
from chatops_cli.validation.schemas.access import access
from chatops_cli.validation.schemas.policy import KIND, by_type
from chatops_cli.validation.schemas.terms import (
    Schema,
    choice,
    flag,
    integer,
    listing,
    named,
    number,
    section,
    strings,
    text,
)

if TYPE_CHECKING:
    from chatops_cli.model.json import Json


def schema() -> Schema:
    """What the settings file says."""
    return section(
        "Settings of chatops.",
        {
            "packs": strings("Folders that hold packs, relative to this file."),
            "bundled": flag("Whether the packs that come with chatops are loaded.", default=True),
            "home": text("Where audit log, history and caches are kept."),
            "configs": text("The folder of the site's configurations of packs."),
            "compat": choice("How messages are matched.", COMPAT),
            "web_url": text("The address that links to executions begin with."),
            "access": access(),
            "open_parameters": named(
                "Actions, with the parameters that chat may set beyond the declared ones.",
                strings("Names."),
            ),
            "environment": strings("Variables of the environment that actions see."),
            "config_environment": strings("Variables that configurations of packs may read."),
            "packs_index": strings("Lists of packs: files and URLs."),
            "policies": listing("What holds for every execution of some actions.", _policy()),
            "validate": section(
                "What chatops validate goes by; rules are codes, their beginnings, or names.",
                {
                    "select": strings("The rules that are told."),
                    "ignore": named("Paths, with rules not told there.", strings("Rules.")),
                    "severity": named(
                        "Rules, with how severe they are.",
                        choice("How severe.", tuple(Severity), required=True),
                    ),
                },
            ),
            "bridge": _bridge(),
            "engine": _engine(),
            "telemetry": _telemetry(),
            "hooks": named("What other programs may ask of the bridge.", _hook()),
            "routes": named("Where notifications of a name are taken.", _route()),
            **_sections(),
        },
        is_optional=False,
    )


def _sections() -> dict[str, Schema]:
    at_least: dict[str, Json] = {"type": ["integer", "null"]}
    return {
        "bot": section(
            "How people call the bot.",
            {"name": text("Its name."), "prefix": text("What commands begin with.")},
        ),
        "limits": section(
            "Limits, in bytes.",
            {
                "output": integer("Of each stream of an action.", minimum=1024) | at_least,
                "audit_file": integer("Of one file of the audit log.", minimum=4096) | at_least,
            },
        ),
        "datastore": section("The datastore.", {"key_file": text("The file with its key.")}),
        "virtualenvs": section(
            "The virtual environments of packs.",
            {
                "base": strings("Requirements of each."),
                "installer": choice("What installs them.", INSTALLERS),
            },
        ),
        "python": section(
            "Actions in Python.",
            {
                "warm": flag("Whether they are forked from workers.", default=True),
                "cold": strings("Packs whose actions are not."),
            },
        ),
    }


def _bridge() -> Schema:
    connection = section(
        "A connection to a network; its adapter knows more keys.",
        {
            "type": text("The adapter.", required=True),
            "rooms": named("Names for rooms, with the network's own.", text("The network's.")),
        },
        required=("type",),
        is_open=True,
        is_optional=False,
    )
    connection["allOf"] = networks.by_type()
    return section(
        "The bridge to chat networks.",
        {
            "networks": named("Connections by name.", connection, names=f"^{NAME.pattern}$"),
            "drain": number("Seconds that what runs has to end.", minimum=0),
            "at_once": integer("Messages that are worked on at once.", minimum=1),
            "watch": flag("Whether packs and settings are read again.", default=True),
            "http": section(
                "Where it answers by HTTP.",
                {"listen": text("Address and port, such as 127.0.0.1:8095.", required=True)},
                required=("listen",),
            ),
        },
    )


def _engine() -> Schema:
    queue = text("The queue.")
    queue["pattern"] = f"^{QUEUE.pattern}$"
    return section(
        "The engine that the bridge runs actions with.",
        {
            "kind": choice("The engine.", ENGINES),
            "url": text("PostgreSQL, for several machines; or a reference to what holds it."),
            "queues": strings("The queues that the bridge itself takes work from."),
            "at_once": integer("Executions that a process takes at once of a queue.", minimum=1),
            "routes": named("Queues by patterns of actions, with * and ?.", queue),
            "idempotent": strings("Patterns of actions that may be run again."),
        },
    )


def _telemetry() -> Schema:
    share = number("The share of traces that are kept.", minimum=0)
    return section(
        "Where traces are sent, by OTLP/HTTP.",
        {
            "traces": flag("Whether they are.", default=True),
            "endpoint": text("The collector, such as http://127.0.0.1:4318.")
            | {"type": ["string", "null"], "pattern": r"^$|^https?://"},
            "headers": named("Headers for it.", text("A value, or a template of it.")),
            "service": text("What this is called there."),
            "sample": share | {"maximum": 1},
        },
    )


def _policy() -> Schema:
    found = section(
        "A policy.",
        {
            "name": text("What it is called."),
            "action": text("The actions: a pattern with * and ?.", required=True),
            "type": choice(KIND, TYPES, required=True),
            "parameters": {"description": "Those of its type.", "type": "object"},
        },
        required=("action", "type", "parameters"),
        is_optional=False,
    )
    return found | {"allOf": by_type("type")}


def _hook() -> Schema:
    return section(
        "What is done with a request to /hooks/NAME.",
        {
            "secret": text("A template that says where the secret is.", required=True),
            "signature": choice("How requests are signed.", tuple(Scheme)),
            "room": text("Where it is said, as LINE:room.", required=True),
            "text": text("What is said: a template of body and headers."),
            "alias": text("The alias that is run."),
            "parameters": {"description": "The alias' own.", "type": "object"},
            "when": text("A template: where it gives nothing or no, nothing is done."),
        },
        required=("secret", "room"),
        is_optional=False,
    )


def _route() -> Schema:
    return {
        "description": "A room, a webhook or mail addresses.",
        "type": "object",
        "oneOf": [{"required": [kind]} for kind in KINDS],
        "properties": {
            "room": text("The room, as its network calls it.", required=True),
            "webhook": text("The address that JSON is sent to.", required=True)
            | {"type": "string", "pattern": r"^https?://|\{\{"},
            "headers": named("Headers for it.", text("A value, or a template of it.")),
            "email": _email(),
        },
        "dependencies": {"headers": ["webhook"]},
        "additionalProperties": False,
    }


def _email() -> Schema:
    address: Schema = {"type": "string", "pattern": f"^(?:{ADDRESS.pattern})$"}
    return section(
        "Addresses, and the server that takes mail for them.",
        {
            "to": strings("Who gets it.", required=True, each=address),
            "from": text("Who sends it.", required=True) | address,
            "host": text("The server."),
            "port": integer("Its port.", minimum=1, maximum=65535),
            "security": choice("How the connection is kept private.", tuple(Security)),
            "user": text("Who logs in."),
            "password": text("A template that says where the password is.")
            | {"type": ["string", "null"], "pattern": r"^$|\{\{"},
        },
        required=("to", "from"),
    )
