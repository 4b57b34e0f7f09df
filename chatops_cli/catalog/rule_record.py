"""A rule as JSON text and back."""

import json
from typing import Any, TypeAlias

from chatops_cli.catalog.codec import dump, pack_place, read_place
from chatops_cli.model.action import ActionRef
from chatops_cli.model.pack import Pack
from chatops_cli.model.rule import Condition, Criterion, Operator, Rule

# What json.loads gives; a record that isn't of its shape raises KeyError, TypeError or ValueError.
_Loaded: TypeAlias = Any


def pack_rule(rule: Rule) -> str:
    """A rule as a record."""
    return dump(
        {
            "name": rule.name,
            "place": pack_place(rule.place),
            "trigger": rule.trigger,
            "action_ref": rule.action_ref,
            "description": rule.description,
            "enabled": rule.enabled,
            "trigger_parameters": rule.trigger_parameters,
            "criteria": [_pack_criterion(one) for one in rule.criteria],
            "parameters": rule.parameters,
            "is_backstop": rule.is_backstop,
        }
    )


def unpack_rule(record: str, pack: Pack, file: str) -> Rule:
    """A rule out of its record.

    Raises:
        KeyError, TypeError, ValueError: It isn't one.
    """
    found: _Loaded = json.loads(record)
    return Rule(
        ref=f"{pack.ref}.{found['name']}",
        pack=pack.ref,
        name=found["name"],
        trigger=found["trigger"],
        action_ref=ActionRef(found["action_ref"]),
        place=read_place(found["place"], file),
        description=found["description"],
        enabled=found["enabled"],
        trigger_parameters=found["trigger_parameters"],
        criteria=tuple(_unpack_criterion(one) for one in found["criteria"]),
        parameters=found["parameters"],
        is_backstop=found["is_backstop"],
    )


def _pack_criterion(found: Criterion) -> list[object]:
    inner = [_pack_criterion(one) for one in found.inner]
    return [found.key, found.operator, found.pattern, found.condition, inner]


def _unpack_criterion(found: _Loaded) -> Criterion:
    key, operator, pattern, condition, inner = found
    return Criterion(
        key=key,
        operator=Operator(operator),
        pattern=pattern,
        condition=Condition(condition),
        inner=tuple(_unpack_criterion(one) for one in inner),
    )
