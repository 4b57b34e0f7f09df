"""Shell completion: names of packs, actions and aliases, and what can be typed; never an error."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from chatops_cli.aliases.beginnings import beginnings, continued
from chatops_cli.cli.invocation import Invocation
from chatops_cli.cli.session import catalog_of, settings_from
from chatops_cli.cli.shell import Line
from chatops_cli.errors import ChatOpsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatops_cli.catalog.catalog import Catalog


def pack_names(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Packs that start so, with what they say of themselves."""
    catalog = quiet_catalog(ctx)
    packs = catalog.packs.values() if catalog else ()
    return [(pack.ref, pack.description) for pack in packs if pack.ref.startswith(incomplete)]


def config_keys(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """The keys of the configuration of the pack that the line names, with what they say."""
    catalog = quiet_catalog(ctx)
    schema = catalog.config_schema(str(ctx.params.get("ref") or "")) if catalog else {}
    return [(name, p.description) for name, p in schema.items() if name.startswith(incomplete)]


def action_names(ctx: typer.Context, incomplete: str) -> list[str]:
    """References of actions that start so; without what they do, as no action is read for it."""
    catalog = quiet_catalog(ctx)
    refs = catalog.action_refs() if catalog else ()
    return [ref for ref in refs if ref.startswith(incomplete)]


def workflow_names(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """References of workflows that start so, with what they do."""
    from chatops_cli.workflows.opening import is_workflow

    catalog = quiet_catalog(ctx)
    actions = catalog.actions() if catalog else ()
    return [
        (action.ref, action.description)
        for action in actions
        if action.ref.startswith(incomplete) and is_workflow(action)
    ]


def alias_names(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """References of aliases that start so, with what they do."""
    catalog = quiet_catalog(ctx)
    aliases = catalog.aliases if catalog else ()
    return [(alias.ref, alias.description) for alias in aliases if alias.ref.startswith(incomplete)]


def rule_codes(incomplete: str) -> list[tuple[str, str]]:
    """Codes of rules that start so, or their names, with what is wrong."""
    from chatops_cli.validation.registry import all_rules

    return [
        (word, rule.summary)
        for rule in all_rules()
        for word in (rule.code, rule.name)
        if word.startswith(incomplete) and (incomplete or word == rule.code)
    ]


def several_rules(incomplete: str) -> list[tuple[str, str]]:
    """What can follow the last comma: families of codes, codes and names."""
    from chatops_cli.validation.rule import FAMILIES

    known, comma, begun = incomplete.rpartition(",")
    families = [(word, about) for word, about in FAMILIES.items() if word.startswith(begun)]
    offers = rule_codes(begun) if begun in FAMILIES or not families else families
    return [(f"{known}{comma}{word}", about) for word, about in offers]


def key_names(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names of values that start so, in all scopes, or that of the line."""
    from chatops_cli.room.opening import open_datastore

    scope = ctx.params.get("scope")
    try:
        store = open_datastore(settings_from(invocation_of(ctx)))
        items = store.select(scope=str(scope) if scope else None, prefix=incomplete)
    except ChatOpsError:
        return []
    return sorted({item.name for item in items})


def messages(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """What the messages that start so go on with, up to their first parameter.

    Inside of quotes all of it is offered, outside of them the next word: what is typed in several
    words is one message.
    """
    catalog = quiet_catalog(ctx)
    line = ctx.find_object(Line)
    given: Sequence[str] = ctx.params.get("message") or ()
    before = "".join(f"{word} " for word in given)
    found: dict[str, list[str]] = {}
    for beginning, says in beginnings(catalog.aliases) if catalog else ():
        value = continued(beginning, before, incomplete, by_word=not (line and line.quote))
        if value is not None:
            found.setdefault(value, []).append(says)
    return [
        (value, says[0] if len(says) == 1 else f"{len(says)} commands")
        for value, says in found.items()
    ]


def quiet_catalog(ctx: typer.Context) -> "Catalog | None":
    """The packs, or None: what is wrong is told by the command, not while it is being typed."""
    try:
        return catalog_of(settings_from(invocation_of(ctx)))
    except ChatOpsError:
        return None


def invocation_of(ctx: typer.Context) -> Invocation:
    """The global options of the line and of the environment: nothing is called while one types."""
    named = ctx.find_root().params
    roots = [part for entry in named.get("packs") or () for part in entry.split(os.pathsep) if part]
    # Not yet paths: Typer makes them where it calls.
    config, home = (Path(named[name]) if named.get(name) else None for name in ("config", "home"))
    return Invocation(config=config, packs=tuple(roots), home=home)
