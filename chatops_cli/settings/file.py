"""The settings file, read key by key; what is wrong in it becomes a Problem with its place."""

from pathlib import Path

from chatops_cli.model.policy import Policy
from chatops_cli.model.problem import Problem
from chatops_cli.reading.file import read_file
from chatops_cli.reading.policy import read_policy
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse
from chatops_cli.settings.access import read_access
from chatops_cli.settings.bridge import read_bridge
from chatops_cli.settings.checks import read_checks
from chatops_cli.settings.engine import read_engine
from chatops_cli.settings.hooks import read_hooks
from chatops_cli.settings.rates import read_rates
from chatops_cli.settings.routes import read_routes
from chatops_cli.settings.telemetry import read_telemetry
from chatops_cli.settings.values import (
    AUDIT_FILE_LIMIT,
    BASE,
    EXCHANGE,
    INSTALLERS,
    OUTPUT_LIMIT,
    Settings,
)

COMPAT = ("default", "strict")


def read_settings(file: Path, *, bundled: Path, problems: list[Problem]) -> Settings | None:
    """What a settings file says; None where it says nothing, or can't be read at all."""
    data = read_file(str(file), file=str(file))
    if isinstance(data, Problem):
        problems.append(data)
        return None
    source = parse(data, file=str(file))
    if source.is_empty:
        return None
    reader = Reader.of_source(source, problems)
    return read_all(reader, file, bundled) if reader is not None else None


def read_all(reader: Reader, file: Path, bundled: Path) -> Settings:
    """Every key of the settings file."""
    base = file.absolute().parent
    bot = reader.section("bot")
    limits = reader.section("limits")
    datastore = reader.section("datastore")
    virtualenvs = reader.section("virtualenvs")
    python = reader.section("python")
    home, configs = reader.text("home"), reader.text("configs")
    key_file = datastore.text("key_file") if datastore else ""
    roots = tuple(base / folder for folder in reader.strings("packs"))
    if reader.flag("bundled", default=True):
        roots = (*roots, bundled)
    settings = Settings(
        file=file,
        home=base / home if home else Path(),
        roots=roots,
        configs=base / configs if configs else None,
        is_strict=reader.choice("compat", COMPAT, "default") == "strict",
        web_url=reader.text("web_url").rstrip("/"),
        access=read_access(reader.section("access")),
        open_parameters=read_open_parameters(reader.section("open_parameters")),
        environment=reader.strings("environment"),
        config_environment=reader.strings("config_environment"),
        key_file=base / key_file if key_file else None,
        indexes=tuple(
            place if "://" in place else str(base / place)
            for place in reader.strings("packs_index", (EXCHANGE,))
        ),
        policies=read_policies(reader),
        virtualenv_base=virtualenvs.strings("base", BASE) if virtualenvs else BASE,
        virtualenv_installer=virtualenvs.choice("installer", INSTALLERS, INSTALLERS[0])
        if virtualenvs
        else INSTALLERS[0],
        python_warm=python.flag("warm", default=True) if python else True,
        python_cold=python.strings("cold") if python else (),
        bridge=read_bridge(reader.section("bridge")) if reader.has("bridge") else None,
        engine=read_engine(reader.section("engine")) if reader.has("engine") else None,
        telemetry=read_telemetry(reader.section("telemetry")),
        routes=read_routes(reader.section("routes")),
        hooks=read_hooks(reader.section("hooks")) if reader.has("hooks") else {},
        checks=read_checks(reader.section("validate")),
        bot_name=bot.text("name", "chatops") if bot else "chatops",
        bot_prefix=bot.text("prefix", "!") if bot else "!",
        rates=read_rates(limits),
        output_limit=limits.integer("output", OUTPUT_LIMIT, minimum=1024)
        if limits
        else OUTPUT_LIMIT,
        audit_file_limit=limits.integer("audit_file", AUDIT_FILE_LIMIT, minimum=4096)
        if limits
        else AUDIT_FILE_LIMIT,
    )
    for section in (bot, limits, datastore, virtualenvs, python, reader):
        if section is not None:
            section.finish()
    return settings


def read_open_parameters(reader: Reader | None) -> dict[str, frozenset[str]]:
    """Action references with the names of parameters that chat may set by key=value."""
    if reader is None:
        return {}
    return {ref: frozenset(value.strings()) for ref, value in reader.entries()}


def read_policies(reader: Reader) -> tuple[Policy, ...]:
    """The policies of the site; without a name one is called by its number."""
    found = []
    for number, section in enumerate(reader.sections("policies"), start=1):
        ref = section.text("name", f"policies[{number}]")
        action_ref = section.text("action", required=True)
        policy = read_policy(
            section.value("type", required=True),
            section.value("parameters", required=True),
            ref=ref,
            action_ref=action_ref,
            place=section.place,
        )
        section.finish()
        if policy is not None:
            found.append(policy)
    return tuple(found)
