"""What a message would do, shown and not done."""

import json
from shlex import quote
from typing import TYPE_CHECKING

from chatops_cli.aliases.outcome import Ambiguous, Matched, Refused
from chatops_cli.cli.output import print_error, print_json, print_text
from chatops_cli.errors import ExitCode, ParameterError

if TYPE_CHECKING:
    from chatops_cli.model.chat import Message
    from chatops_cli.model.json import Json
    from chatops_cli.room.plan import Plan, Step
    from chatops_cli.room.room import Room


def show_plan(room: "Room", message: "Message", *, timeout: float | None, as_json: bool) -> int:
    """Alias, parameters and decision of each execution that the message would start."""
    from chatops_cli.room.address import command_of

    command = command_of(message, room.world.addressing) or ""
    plan = room.plan(message, command, timeout=timeout)
    if as_json:
        print_json(plan_json(plan))
    else:
        show_outcome(plan)
    return code_of(plan)


def show_outcome(plan: "Plan") -> None:
    """The plan for eyes."""
    match plan.outcome:
        case Matched() as found:
            for step in plan.steps:
                show_step(step, found)
        case Ambiguous(candidates=candidates):
            print_error(
                f"{len(candidates)} aliases match",
                hint=", ".join(f"{each.alias.ref} ({each.format.display})" for each in candidates),
            )
        case Refused(reason=why):
            print_error(why)
        case _:
            shown = quote(plan.command[:60])
            print_error("no alias matches", hint=f"see: chatops alias match {shown}")


def show_step(step: "Step", found: Matched) -> None:
    """One execution, line by line."""
    print_text(f"alias:      {found.alias.ref}  ({found.format.display})")
    print_text(f"action:     {step.action_ref}")
    for name, value in shown_parameters(step).items():
        print_text(f"parameter:  {name} = {json.dumps(value, ensure_ascii=False)}")
    verdict = "allowed" if step.decision.allowed else "denied"
    print_text(f"decision:   {verdict}: {step.decision.reason}")
    if step.refusal is not None:
        print_error(step.masker.text(step.refusal.message), hint=step.refusal.hint)


def shown_parameters(step: "Step") -> "dict[str, Json]":
    """What was given and what the action declares; what its runner adds is only in the JSON."""
    known = set(step.given)
    if step.prepared is not None:
        known |= step.prepared.request.action.parameters.keys()
    return {name: value for name, value in step.masked_parameters().items() if name in known}


def plan_json(plan: "Plan") -> "dict[str, Json]":
    """The plan with stable keys; docs/json.md has them."""
    value: dict[str, Json] = {"outcome": "none", "executions": [step_json(s) for s in plan.steps]}
    match plan.outcome:
        case Matched() as found:
            value |= {
                "outcome": "matched",
                "alias": found.alias.ref,
                "format": found.format.display,
                "representation": found.representation.text,
            }
        case Ambiguous(candidates=candidates):
            listed: list[Json] = [each.alias.ref for each in candidates]
            value |= {"outcome": "ambiguous", "candidates": listed}
        case Refused(reason=why):
            value |= {"outcome": "refused", "reason": why}
        case _:
            pass
    return value


def step_json(step: "Step") -> "dict[str, Json]":
    """One execution of a plan."""
    return {
        "action": step.action_ref,
        "parameters": step.masked_parameters(),
        "allowed": step.decision.allowed,
        "rule": step.decision.rule,
        "reason": step.decision.reason,
        "error": step.masker.text(step.refusal.message) if step.refusal else None,
    }


def code_of(plan: "Plan") -> ExitCode:
    """The exit code that running it would begin with."""
    if not plan.steps:
        return ExitCode.USAGE if isinstance(plan.outcome, Refused) else ExitCode.NO_MATCH
    if not all(step.decision.allowed for step in plan.steps):
        return ExitCode.DENIED
    refusals = [step.refusal for step in plan.steps if step.refusal is not None]
    if any(isinstance(refusal, ParameterError) for refusal in refusals):
        return ExitCode.USAGE
    return ExitCode.FAILED if refusals else ExitCode.OK
