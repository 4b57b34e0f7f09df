"""Principals as people write them."""

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.chat import Principal
from chatops_cli.model.network import LOCAL


def read_principal(text: str) -> Principal:
    """Whom a text names: ``alice`` at the terminal, ``slack:U1``, ``slack:T1:U1``, ``telegram::5``.

    What follows the second colon is the user's id, whatever it holds.

    Raises:
        ChatOpsError: It names nobody.
    """
    said = text.strip().removeprefix("@")
    parts = said.split(":", 2)
    if not said or any(map(str.isspace, said)) or not parts[0] or not parts[-1]:
        raise ChatOpsError(
            f"{text.strip()!r} names nobody",
            hint="say alice, slack:U1 or slack:T1:U1 (network:workspace:user)",
        )
    match parts:
        case [user]:
            return Principal(network=LOCAL, user=user)
        case [network, user]:
            return Principal(network=network, user=user)
        case _:
            return Principal(network=parts[0], workspace=parts[1], user=parts[2])
