"""`link CODE` in a room: somebody shows that they have asked for the code at the terminal."""

from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError
from chatops_cli.execution.continuing import keeper_of
from chatops_cli.model.chat import Message, Reply, ReplyKind
from chatops_cli.model.secret import MASK
from chatops_cli.records.accounts import Accounts
from chatops_cli.records.events import AccountLinked
from chatops_cli.records.rates import FOLDER, Rates, Window
from chatops_cli.room import answers, wording

if TYPE_CHECKING:
    from chatops_cli.room.services import Services
    from chatops_cli.room.world import World

TRIES = 5
"""Codes that one principal may try within `WITHIN`."""
WITHIN = 600.0
"""Seconds."""


def masked(text: str, command: str) -> str:
    """The message for records: a code is a secret as long as it counts."""
    words = command.split()
    return text.removesuffix(command).rstrip() + f" {' '.join(words[:-1])} {MASK}"


def linked(world: "World", services: "Services", message: Message, command: str) -> Reply:
    """The reply to somebody who types a code."""
    code = command.rsplit(maxsplit=1)[-1]
    clock = keeper_of(services.performer).clock
    window = Window(key=f"account link\n{message.principal}", count=TRIES, within=WITHIN)
    accounts = Accounts(world.settings.home, clock=clock)
    try:
        full = Rates(world.settings.home / FOLDER).take([window], clock().timestamp())
        if full is not None:
            text = "Nobody was linked: you have tried too many codes; wait ten minutes."
            return answers.say(message, ReplyKind.DENIED, text, reason="limit")
        account = accounts.redeem(code)
        services.records.append(
            AccountLinked(
                account=account,
                principal=message.principal,
                room=message.room,
                operator=services.operator_of(message.principal),
            ),
            sync=True,
        )
        accounts.link(account, message.principal)
    except ChatOpsError as error:
        return answers.say(message, ReplyKind.ERROR, wording.not_linked(error), reason="account")
    text = f"You are linked to the account {account}: {message.principal}."
    return answers.say(message, ReplyKind.INFO, text, reason="account")
