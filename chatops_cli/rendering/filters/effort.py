"""How long Python's `re` may take with a pattern at most, told before it is asked."""

import math
import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<atom>\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?:P=\w+|\#[^)]*|[aiLmsux]+)\)|[^()|*+?{])"
    r"|(?P<repeat>[*+?]|\{(?:\d+(?:,\d*)?|,\d+)\})[?+]?"
    r"|(?P<open>\((?:\?(?:P<\w+>|<[=!]|[=!:>]|\(\w+\)|[aiLmsux-]+:))?)"
    r"|(?P<close>\))|(?P<other>\|)|\{",
    re.DOTALL,
)
_BOUNDS = re.compile(r"\{(\d*)(,?)(\d*)\}")
_CEILING = 1e100


@dataclass(slots=True)
class _Group:
    """A group as far as it was read: ways through what came before its last ``|``, and since."""

    others: float = 0.0
    ways: float = 1.0
    last: float = 1.0

    def take(self, ways: float) -> None:
        """One more atom or group; what repeats it comes next."""
        self.ways *= self.last
        self.last = ways

    def all(self) -> float:
        """The ways through all of it."""
        return min(self.others + self.ways * self.last, _CEILING)


def effort(pattern: str, length: int) -> float:
    """At most so many ways through a text of this length does `re` try, from all its places.

    Args:
        pattern: An expression that `re` compiles.
        length: Characters of the text.
    """
    groups = [_Group()]
    for token in _TOKEN.finditer(pattern):
        if token["open"]:
            groups.append(_Group())
        elif token["close"] and len(groups) > 1:
            ways = groups.pop().all()
            groups[-1].take(ways)
        elif token["other"]:
            groups[-1] = _Group(others=groups[-1].all())
        elif token["repeat"]:
            group = groups[-1]
            group.last = _repeated(group.last, token["repeat"], length)
        else:
            groups[-1].take(1.0)
    while len(groups) > 1:
        # Comments of a pattern with comments may hold parentheses.
        ways = groups.pop().all()
        groups[-1].take(ways)
    return groups[0].all() * (length + 1)


def _repeated(ways: float, sign: str, length: int) -> float:
    """The ways through something repeated: each number of rounds, in each way."""
    least, most = _rounds(sign)
    rounds = min(most, length) - min(least, length) + 1
    if ways <= 1:
        return rounds
    try:
        return min(rounds * math.pow(ways, min(most, length)), _CEILING)
    except OverflowError:
        return _CEILING


def _rounds(sign: str) -> tuple[float, float]:
    simple: dict[str, tuple[float, float]] = {"*": (0, math.inf), "+": (1, math.inf), "?": (0, 1)}
    found = _BOUNDS.match(sign)
    if found is None:
        return simple[sign]
    least = float(found[1] or 0)
    if not found[2]:
        return least, least
    return least, float(found[3] or math.inf)
