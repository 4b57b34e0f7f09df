"""`status` and `cancel` in a room: what goes on here, and the end of it.

They are light, as every message is looked at for them; ``status 3f2a`` and ``cancel 3f2a`` take an
id, cut short to four characters at least. Without one, `cancel` ends the one thing that somebody
has going in the room.
"""

import re

STATUS, CANCEL = "status", "cancel"
HELP = (
    "status [ID] - what runs and waits here, or for you",
    "cancel [ID] - end what you have asked for; the id where it is several",
)

_ID = re.compile(r"[0-9a-fA-F]{4,24}")
_WORDS = 2


def is_control(command: str) -> bool:
    """Whether a command that no alias means is one of these."""
    words = command.split()
    if not words or len(words) > _WORDS:
        return False
    # `status api` may well be a command that is written wrongly: only an id is looked for.
    return words[0] == CANCEL or (
        words[0] == STATUS and (len(words) == 1 or _ID.fullmatch(words[1]) is not None)
    )
