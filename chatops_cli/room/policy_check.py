"""Policies that can't do what they say, by the actions that are there: seen before they hold."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from chatops_cli.errors import ChatOpsError
from chatops_cli.execution.merging import merge
from chatops_cli.model.action import Action
from chatops_cli.model.policy import ConcurrencyPolicy, Policy
from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.reading.value import did_you_mean, make_problem
from chatops_cli.room.world import World
from chatops_cli.runners.registry import find_runner


def check_policies(world: World) -> Iterator[Problem]:
    """Attributes that are parameters of no action, and policies of the site that fit no action.

    That a pack's policy names no action the catalog tells by itself.
    """
    actions = tuple(world.catalog.actions())
    of_packs = (policy for action in actions for policy in world.catalog.policies(action.ref))
    for policy in (*world.settings.policies, *of_packs):
        fitting = [a for a in actions if fnmatchcase(a.ref, policy.action_ref)]
        if fitting:
            yield from _attributes(policy, fitting)
        else:
            refs = [action.ref for action in actions]
            hint = did_you_mean(policy.action_ref, refs) or "correct it, or install its pack"
            message = f"no action fits {policy.action_ref}"
            yield make_problem(_place_of(policy), "missing-action", message, hint, Severity.WARNING)


def _attributes(policy: Policy, actions: Iterable[Action]) -> Iterator[Problem]:
    if not isinstance(policy, ConcurrencyPolicy):
        return
    known = [name for action in actions for name in _parameters(action)]
    for name in policy.attributes:
        if name not in known:
            message = (
                f"the attribute {name!r} is no parameter of {policy.action_ref}, so its executions "
                "all count together"
            )
            hint = did_you_mean(name, known) or "name a parameter"
            yield make_problem(
                _place_of(policy), "policy-attribute", message, hint, Severity.WARNING
            )


def _parameters(action: Action) -> Iterable[str]:
    try:
        return merge(action, find_runner(action.runner_type).PARAMETERS).parameters
    except ChatOpsError:
        return action.parameters


def _place_of(policy: Policy) -> Place:
    assert policy.place is not None  # what is read from files has one
    return policy.place
