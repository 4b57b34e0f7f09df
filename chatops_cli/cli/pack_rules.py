"""The rules of a pack as `chatops pack show` prints them, with those that never fire here."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chatops_cli.catalog.catalog import Catalog
    from chatops_cli.model.json import Json
    from chatops_cli.model.rule import Rule


def rules_of(pack: str, catalog: "Catalog") -> "tuple[Rule, ...]":
    """The rules of a pack by its ref, by file."""
    return tuple(rule for rule in catalog.rules if rule.pack == pack)


def line_of(rules: "Iterable[Rule]") -> str:
    """Their names; one that isn't followed says why."""
    return ", ".join(f"{rule.name}{_note(rule)}" for rule in rules)


def entries_of(rules: "Iterable[Rule]") -> "list[Json]":
    """The rules as JSON."""
    return [
        {
            "name": rule.name,
            "trigger": rule.trigger,
            "action": str(rule.action_ref),
            "enabled": rule.enabled,
            "fires": rule.fires,
        }
        for rule in rules
    ]


def _note(rule: "Rule") -> str:
    if not rule.fires:
        return f" (never fires here: {rule.trigger})"
    return "" if rule.enabled else " (disabled)"
