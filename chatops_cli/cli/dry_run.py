"""What a message would do, shown and not done."""

from shlex import quote
from typing import TYPE_CHECKING

from chatops_cli.aliases.outcome import Ambiguous, Matched, Refused
from chatops_cli.cli.output import print_error, print_json, print_text
from chatops_cli.room.plan_lines import step_lines
from chatops_cli.room.verdict import code_of_plan

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
    return code_of_plan(plan)


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
    for line in step_lines(step, found):
        print_text(line)
    if step.refusal is not None:
        print_error(step.masker.text(step.refusal.message), hint=step.refusal.hint)


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
        "requires": None if step.decision.requires is None else str(step.decision.requires),
        "error": step.masker.text(step.refusal.message) if step.refusal else None,
    }
