"""Whether a rule's values fit the parameters that an action is about to get.

In doubt the answer is that of the rule that lets less happen: an allow rule doesn't fit a value
that isn't there or isn't final, a deny rule does.
"""

import json

from chatops_cli.access.patterns import fits
from chatops_cli.model.access import AccessRule, Effect
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.secret import MASK

_TEMPLATES = ("{{", "{%", "<%")


def misfitting(rule: AccessRule, parameters: JsonObject | None, *, is_offer: bool) -> str | None:
    """The first parameter that keeps the rule from fitting, None where none does.

    Args:
        rule: The rule.
        parameters: All bound ones; None where they aren't known.
        is_offer: Whether they may yet be anything: then it is left open what depends on them.
    """
    if parameters is None and is_offer:
        if rule.effect is Effect.ALLOW:
            return None
        return next(iter(rule.parameters), None)
    for name, wanted in rule.parameters.items():
        if not _fits(rule.effect, parameters, name, wanted):
            return name
    return None


def _fits(
    effect: Effect, parameters: JsonObject | None, name: str, wanted: tuple[Json, ...]
) -> bool:
    is_deny = effect is Effect.DENY
    if parameters is None:
        return is_deny
    if name not in parameters:
        return False
    value = parameters[name]
    if is_open(value):
        return is_deny
    if not isinstance(value, list):
        return _is_one_of(value, wanted)
    if is_deny:
        return any(is_open(item) or _is_one_of(item, wanted) for item in value)
    return bool(value) and all(not is_open(item) and _is_one_of(item, wanted) for item in value)


def is_open(value: Json) -> bool:
    """Whether nobody can say what the action will make of it: nothing, a template, a mask."""
    if value is None:
        return True
    text = text_of(value)
    return MASK in text or any(sign in text for sign in _TEMPLATES)


def _is_one_of(value: Json, wanted: tuple[Json, ...]) -> bool:
    text = text_of(value)
    return any(
        fits(text, (each,)) if isinstance(each, str) else text_of(each) == text for each in wanted
    )


def text_of(value: Json) -> str:
    """A value as text: as it is written in YAML, ``5`` and ``"5"`` alike."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, sort_keys=True)
