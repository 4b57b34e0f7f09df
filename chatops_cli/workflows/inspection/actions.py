"""Actions that tasks name, and the parameters that they give."""

from collections.abc import Collection, Mapping

from chatops_cli.catalog.links import absent
from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject
from chatops_cli.model.problem import Severity
from chatops_cli.reading.value import did_you_mean, nearest_word
from chatops_cli.workflows.definition.markers import has_expression
from chatops_cli.workflows.definition.places import Path, Places
from chatops_cli.workflows.inspection.findings import Findings
from chatops_cli.workflows.inspection.ports import Actions


@frozen
class CallPlaces:
    """Where a call stands: the paths of the action's name, and of its parameters."""

    places: Places
    action: Path
    given: Path


def check_call(
    ref: str,
    given: JsonObject | None,
    *,
    actions: Actions,
    where: CallPlaces,
    findings: Findings,
) -> None:
    """Report what keeps a task's action from being run.

    Args:
        ref: The action that the task names; one with an expression is known only when it runs.
        given: The parameters that it gives, None where they are known only when it runs.
        actions: What there is.
        where: Where both stand.
        findings: Where it is reported to.

    Source: StackStorm, ``st2common/services/workflows.py``, inspection of task contents.
    """
    if has_expression(ref):
        return
    place = where.places.of(where.action)
    if not all(ref.partition(".")):
        findings.report(
            "action-reference",
            f"{ref!r} is no reference to an action",
            place=place,
            hint="write pack.action, such as core.local",
        )
        return
    action = actions.action(ref)
    if action is None:
        is_here, message, hint = _missing(ref, actions.refs())
        findings.report(
            "missing-action" if is_here else "missing-pack", message, place=place, hint=hint
        )
        return
    if not action.enabled:
        findings.report(
            "disabled-action",
            f"the action {ref} is disabled",
            place=place,
            severity=Severity.WARNING,
        )
    runner = actions.runner_parameters(action.runner_type)
    if given is not None and runner is not None:
        _check_given(action, given, {**runner, **action.parameters}, where, findings)


def _missing(ref: str, refs: Collection[str]) -> tuple[bool, str, str]:
    """Whether its pack is here, what to say of an action that isn't there, what to do about it."""
    pack, _, name = ref.partition(".")
    own = [other.removeprefix(f"{pack}.") for other in refs if other.startswith(f"{pack}.")]
    if not own:
        packs = {other.partition(".")[0] for other in refs}
        hint = did_you_mean(pack, packs) or f"install the pack {pack}"
        return False, f"there is no action {ref}: {absent(pack)}", hint
    # The pack's own name is right, and would make all of its actions look alike.
    near = nearest_word(name, own)
    hint = f"did you mean {pack}.{near}?" if near else f"see the actions of the pack {pack}"
    return True, f"there is no action {ref}", hint


def _check_given(
    action: Action,
    given: JsonObject,
    declared: Mapping[str, Parameter],
    where: CallPlaces,
    findings: Findings,
) -> None:
    # A name that is computed may be any.
    is_open = any(has_expression(name) for name in given)
    for name, parameter in declared.items():
        if name in given or is_open or not parameter.required or parameter.has_default:
            continue
        findings.report(
            "missing-parameter",
            f"{action.ref} needs the parameter {name}",
            place=where.places.of(where.given if given else where.action),
        )
    for name in given:
        if has_expression(name):
            continue
        place = where.places.within((*where.given, name), name)
        if name not in declared:
            findings.report(
                "unknown-parameter",
                f"{action.ref} has no parameter {name}",
                place=place,
                hint=did_you_mean(name, declared.keys() - given.keys()),
            )
        elif declared[name].immutable:
            findings.report(
                "immutable-parameter",
                f"the parameter {name} of {action.ref} is fixed, and can't be given",
                place=place,
                hint="remove it",
            )
