"""Who speaks: `/as`, `/nick`, `/who`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chatops_cli.access.decide import roles_of
from chatops_cli.repl import session as people
from chatops_cli.repl.commands.command import Command, Offer, usage_error

if TYPE_CHECKING:
    from chatops_cli.model.chat import Principal
    from chatops_cli.repl.desk import Desk


async def speak_as(desk: "Desk", argument: str) -> None:
    who, _, name = argument.partition(" ")
    if not who:
        raise usage_error("as", AS.usage)
    principal = people.principal_of(who)
    desk.session = people.speak_as(desk.session, principal)
    if name.strip():
        desk.session = people.rename(desk.session, name.strip())
    desk.face.note([f"you are {described(desk, desk.session.principal)}"])


async def rename(desk: "Desk", argument: str) -> None:
    if not argument:
        raise usage_error("nick", NICK.usage)
    desk.session = people.rename(desk.session, argument)
    desk.face.note([f"you are {described(desk, desk.session.principal)}"])


async def tell_who(desk: "Desk", argument: str) -> None:
    if argument:
        raise usage_error("who", WHO.usage)
    desk.face.note(
        [
            f"{'*' if key == desk.session.me else ' '} {described(desk, principal)}"
            for key, principal in desk.session.people.items()
        ]
    )


def described(desk: "Desk", principal: "Principal") -> str:
    """A person with their identity and their roles."""
    roles = sorted(roles_of(principal, desk.house.world.settings.access))
    name = f"{principal.name} " if principal.name else ""
    return f"{name}{principal}" + (f", with the roles {', '.join(roles)}" if roles else "")


def people_offered(desk: "Desk") -> Iterator[Offer]:
    """Those who are there, and those whom roles and rules of the settings name."""
    access = desk.house.world.settings.access
    for principal in desk.session.people.values():
        yield Offer(short(principal), described(desk, principal))
    named = [(who, f"@{role}") for role, members in access.roles.items() for who in members]
    named += [(who, rule.name) for rule in access.rules for who in rule.who]
    for who, says in named:
        if not {"*", "?"} & set(who) and who[:1] not in "@%" and not who.startswith("account:"):
            yield Offer(short(people.principal_of(who)), says)


def short(principal: "Principal") -> str:
    """What `/as` takes for this person."""
    return str(principal).removeprefix("local:")


AS = Command(
    name="as",
    usage="WHO [NAME]",
    says="Speak as somebody else; roles and rules of the settings hold for them.",
    act=speak_as,
    examples=("/as alice", "/as slack:T024BE7LD:U2147483697 Bob"),
    offers=people_offered,
)
NICK = Command(
    name="nick",
    usage="NAME",
    says="Be shown by another name; who you are, and what you may do, stays.",
    act=rename,
    examples=("/nick Ada",),
)
WHO = Command(
    name="who", usage="", says="Say who is there, and which roles they have.", act=tell_who
)
