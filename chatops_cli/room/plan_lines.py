"""A plan in lines of text: what a message would start, and what decides that it may."""

import json
from collections.abc import Iterator

from chatops_cli.aliases.outcome import Matched
from chatops_cli.model.json import Json
from chatops_cli.room.plan import Step


def step_lines(step: Step, found: Matched) -> Iterator[str]:
    """One execution: its alias, its action, the parameters, the decision. Nothing of it is secret.

    What keeps it from running besides is `step.refusal`.
    """
    yield f"alias:      {found.alias.ref}  ({found.format.display})"
    yield f"action:     {step.action_ref}"
    for name, value in shown_parameters(step).items():
        yield f"parameter:  {name} = {json.dumps(value, ensure_ascii=False)}"
    verdict = "allowed" if step.decision.allowed else "denied"
    yield f"decision:   {verdict}: {step.decision.reason}"
    if step.decision.needs:
        yield f"then:       it {step.decision.needs}"


def shown_parameters(step: Step) -> dict[str, Json]:
    """What was given and what the action declares; what its runner adds is only in the JSON."""
    known = set(step.given)
    if step.prepared is not None:
        known |= step.prepared.request.action.parameters.keys()
    return {name: value for name, value in step.masked_parameters().items() if name in known}
