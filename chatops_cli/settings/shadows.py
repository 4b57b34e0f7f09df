"""Rules that require something and are never asked: an earlier one allows all that they do."""

from chatops_cli.model.access import AccessPolicy, AccessRule, Effect, Requirement
from chatops_cli.reading.reader import Reader

_PARTS = ("who", "actions", "aliases", "rooms", "networks", "packs", "operations")


def check_shadows(policy: AccessPolicy, reader: Reader) -> None:
    """Report each rule whose requirement an earlier, wider rule lets everybody round."""
    allowing = [rule for rule in policy.rules if rule.effect is Effect.ALLOW]
    for number, rule in enumerate(allowing):
        if rule.require is None:
            continue
        wider = next((each for each in allowing[:number] if _is_wider(each, rule)), None)
        if wider is not None:
            reader.report(
                "shadowed-rule",
                f"the rule {rule.name} is never asked: {wider.name} ({wider.place}) allows the same"
                f" before it, without {rule.require}",
                key="rules",
                hint="put the rule that requires something first",
            )


def _is_wider(first: AccessRule, second: AccessRule) -> bool:
    """Whether the first certainly fits wherever the second does, and requires less."""
    if not _is_less(first.require, second.require):
        return False
    for part in _PARTS:
        one, other = getattr(first, part), getattr(second, part)
        if "*" not in one and not {*other} <= {*one}:
            return False
    return not first.parameters or first.parameters == second.parameters


def _is_less(first: Requirement | None, second: Requirement | None) -> bool:
    """Whether the first lacks something that the second requires."""
    if second is None:
        return False
    if first is None:
        return True
    no_approval = first.approval is None and second.approval is not None
    return no_approval or (first.confirm is None and second.confirm is not None)
