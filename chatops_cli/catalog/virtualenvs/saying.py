"""What installers and git say, for eyes: without passwords, and of much the end."""

import re
from collections import deque
from collections.abc import Iterable

from chatops_cli.model.secret import MASK

LAST = 15
"""Lines of an installer that failed which are kept."""

_CREDENTIALS = re.compile(r"(?<=://)[^\s/@]+(?=@)")
_SHORTEST = 4
"""Characters of a password that is masked wherever it stands; a shorter one is found by chance."""


class Saying:
    """The last lines of an installer. `secrets` are values that must not be shown."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted({s for s in secrets if len(s) >= _SHORTEST}, key=len, reverse=True)
        self._lines: deque[str] = deque(maxlen=LAST)

    @property
    def lines(self) -> tuple[str, ...]:
        """The last of them."""
        return tuple(self._lines)

    def add(self, line: str) -> str:
        """A line is kept, unless it is empty; gives it as it may be shown."""
        line = self.mask(line)
        if line.strip():
            self._lines.append(line)
        return line

    def mask(self, text: str) -> str:
        """The text without credentials of addresses, and without the secrets."""
        text = _CREDENTIALS.sub(MASK, text)
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text
