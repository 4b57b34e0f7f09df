"""How often something may be run."""

from enum import StrEnum

from chatops_cli.model.frozen import frozen


class Per(StrEnum):
    """What is counted by itself."""

    PERSON = "person"
    ROOM = "room"
    ALIAS = "alias"
    ACTION = "action"


@frozen
class RateLimit:
    """At most `count` times in any `within` seconds for each of `per`, or for all together.

    It holds for what the patterns fit, as those of access rules.
    """

    name: str
    count: int
    within: float
    per: tuple[Per, ...] = (Per.PERSON,)
    who: tuple[str, ...] = ("*",)
    actions: tuple[str, ...] = ("*",)
    aliases: tuple[str, ...] = ("*",)
    rooms: tuple[str, ...] = ("*",)
