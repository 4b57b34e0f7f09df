"""The bot's own words for what waits: light, as every message is looked at for them."""

from chatops_cli.records.waiting import APPROVALS
from chatops_cli.room.answering import is_answer
from chatops_cli.room.control_words import is_control
from chatops_cli.settings.values import Settings

APPROVE, DENY, CONFIRM = "approve", "deny", "confirm"
APPROVAL_WORDS = frozenset({APPROVE, DENY, CONFIRM})
HELP = (
    "approve [ID], deny [ID] reason - allow what waits for an approval, or don't",
    "confirm [ID] - have run what you have asked for",
)


def is_approval(command: str) -> bool:
    """Whether a command that no alias means is about what waits to be allowed."""
    return bool(APPROVAL_WORDS & {*command.split(maxsplit=1)[:1]})


def is_link(command: str) -> bool:
    """Whether a command that no alias means links an account: ``link CODE``, ``account link``."""
    words = command.split()
    return words[:-1] in (["link"], ["account", "link"])


def is_of_waiting(command: str) -> bool:
    """Whether a command that no alias means is about what runs or waits, or an account."""
    return is_answer(command) or is_approval(command) or is_link(command) or is_control(command)


def waits_for_approval(settings: Settings) -> bool:
    """Whether something waits to be allowed now."""
    return any((settings.home / APPROVALS).glob("*.json"))
