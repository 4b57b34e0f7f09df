"""`chatops access`: who may do what, and why."""

from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.invocation import ROOM
from chatops_cli.cli.options import AsJson, InRoom
from chatops_cli.cli.output import print_json, print_note, print_table, print_text
from chatops_cli.cli.session import room_of, settings_of
from chatops_cli.errors import ExitCode

if TYPE_CHECKING:
    from chatops_cli.access.explain import Considered
    from chatops_cli.model.access import AccessPolicy, AccessRule
    from chatops_cli.model.chat import Message
    from chatops_cli.model.json import Json
    from chatops_cli.room.plan import Step
    from chatops_cli.room.room import Room

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="List the access rules, and explain what they decide.",
    epilog='Example: chatops access explain slack:T1:U1 "deploy api to production"',
)


@app.command(
    "explain",
    epilog="""Examples:

chatops access explain slack:T1:U1 "deploy api to production" --room '#ops'

chatops access explain alice "service restart nginx" --json
""",
)
def explain(
    ctx: typer.Context,
    *,
    who: Annotated[
        str,
        typer.Argument(
            help="The person: network:workspace:user, or a name at the terminal.", metavar="WHO"
        ),
    ],
    message: Annotated[
        list[str], typer.Argument(help="What they would type.", metavar="MESSAGE...")
    ],
    room: InRoom = ROOM,
    network: Annotated[
        str,
        typer.Option(
            help="Where WHO is an id alone: its network, or network:workspace.", metavar="NETWORK"
        ),
    ] = "",
    groups: Annotated[
        list[str] | None,
        typer.Option("--group", help="The id of a group of the network that they are in."),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Say which rule decides what a message may do, and which came near; nothing is run."""
    from chatops_cli.room.verdict import code_of_plan

    here = room_of(settings_of(ctx))
    asked = _message(f"{network}:{who}" if network else who, " ".join(message), room, groups or [])
    plan = here.plan(asked, asked.text.strip())
    if not plan.steps:
        from chatops_cli.cli.dry_run import show_outcome

        show_outcome(plan)
        return code_of_plan(plan)
    for step in plan.steps:
        found = _considered(here, asked, step)
        if as_json:
            print_json(_json(step, found))
        else:
            _show(step, found)
    denied = any(not step.decision.allowed for step in plan.steps)
    return ExitCode.DENIED if denied else ExitCode.OK


@app.command("list", epilog="Example: chatops access list --json")
def list_rules(ctx: typer.Context, *, as_json: AsJson = False) -> int:
    """List the rules in the order in which they are asked, with roles and groups."""
    policy = settings_of(ctx).access
    if as_json:
        print_json(_policy_json(policy))
        return ExitCode.OK
    rules = _ordered(policy)
    if rules:
        print_table(("RULE", "EFFECT", "WHO", "WHAT", "REQUIRES"), map(_row, rules))
    else:
        print_note("there are no rules")
    for sign, names in (("@", policy.roles), ("%", policy.groups)):
        for name, members in names.items():
            print_text(f"{sign}{name}: {', '.join(members) or 'nobody'}")
    print_note(f"where no rule fits: {policy.local} at the terminal, deny in chat networks")
    return ExitCode.OK


def _message(who: str, text: str, room: str, groups: list[str]) -> "Message":
    from chatops_cli.access.naming import read_principal
    from chatops_cli.model.chat import Message
    from chatops_cli.room.opening import new_id, now

    return Message(
        id=new_id(),
        text=text,
        principal=read_principal(who),
        room=room,
        time=now(),
        is_direct=True,
        groups=tuple(groups),
    )


def _considered(room: "Room", message: "Message", step: "Step") -> "tuple[Considered, ...]":
    from dataclasses import replace

    from chatops_cli.access.explain import considered

    world = room.world
    request = world.request(message, step.action_ref, step.alias.ref if step.alias else None)
    request = replace(request, parameters=step.bound, is_offer=step.bound is None)
    shown = step.masker.parameters(dict(step.bound or {}))
    return considered(request, world.settings.access, shown)


def _show(step: "Step", found: "tuple[Considered, ...]") -> None:
    from chatops_cli.access.explain import near

    decision = step.decision
    print_text(f"{'allowed' if decision.allowed else 'denied'}: {decision.reason}")
    if decision.needs:
        print_text(f"it {decision.needs}")
    if step.bound is None and decision.allowed:
        print_text("its parameters can't be bound, so nothing would be run")
    for each in found:
        if each.fits and each.rule.name != decision.rule:
            print_text(f"fits too, and is not asked: {_title(each.rule)}")
    for each in near(found):
        print_text(f"near: {_title(each.rule)}")
        for reason in each.reasons:
            print_text(f"  {step.masker.text(reason)}")


def _title(rule: "AccessRule") -> str:
    return f"{rule.name} ({rule.place}), which {'allows' if rule.effect == 'allow' else 'denies'}"


def _json(step: "Step", found: "tuple[Considered, ...]") -> "dict[str, Json]":
    decision = step.decision
    return {
        "action": step.action_ref,
        "alias": step.alias.ref if step.alias else None,
        "allowed": decision.allowed,
        "rule": decision.rule,
        "reason": decision.reason,
        "requires": None if decision.requires is None else str(decision.requires),
        "parameters": step.masked_parameters(),
        "rules": [
            {
                "name": each.rule.name,
                "place": str(each.rule.place),
                "effect": str(each.rule.effect),
                "fits": each.fits,
                "reasons": [step.masker.text(reason) for reason in each.reasons],
            }
            for each in found
        ],
    }


def _ordered(policy: "AccessPolicy") -> "list[AccessRule]":
    return sorted(policy.rules, key=lambda rule: rule.effect != "deny")


_LIMITS = ("actions", "packs", "aliases", "rooms", "networks", "operations")


def _row(rule: "AccessRule") -> list[str]:
    from chatops_cli.access.values import text_of

    what = [f"{key}: {', '.join(_part(rule, key))}" for key in _LIMITS if _part(rule, key) != ["*"]]
    what += [f"{key} = {', '.join(map(text_of, each))}" for key, each in rule.parameters.items()]
    requires = "" if rule.require is None else str(rule.require)
    return [rule.name, str(rule.effect), ", ".join(rule.who), "; ".join(what) or "all", requires]


def _part(rule: "AccessRule", key: str) -> list[str]:
    return list(getattr(rule, key))


def _policy_json(policy: "AccessPolicy") -> "dict[str, Json]":
    return {
        "local": str(policy.local),
        "denials": str(policy.denials),
        "roles": {name: list(members) for name, members in policy.roles.items()},
        "groups": {name: list(members) for name, members in policy.groups.items()},
        "rules": [
            {
                "name": rule.name,
                "place": str(rule.place),
                "effect": str(rule.effect),
                "who": list(rule.who),
                **{key: list(_part(rule, key)) for key in _LIMITS},
                "parameters": {name: list(values) for name, values in rule.parameters.items()},
                "requires": None if rule.require is None else str(rule.require),
            }
            for rule in _ordered(policy)
        ],
    }
