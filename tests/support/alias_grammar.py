"""Random formats and messages, small and full of what is hard: quotes, braces, optional parts."""

import random
import re
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LITERALS = ("a", "b", "ab", "a b", " ", "x", "'", '"', "é", "-", " a", r"\.", "=", r"\{", "ß", "Ж")
CLASSES = (
    ".",
    ".*",
    ".+?",
    r"\s",
    r"\S+",
    r"\w",
    r"\d*",
    "[ab]",
    "[^a]",
    "[^'\"]*",
    "[!.]*",
    r"\W",
)
EDGES = (r"\b", r"\b", "^", "$", "(?m:^)", "(?m:$)", r"\B")
DEFAULTS = ("1", "x y", '"q r"', "''", "{z}")
ONCE = ("?", "?", "", "{0}", "??")
TIMES = (*ONCE, "+", "*", "{2}")
"""Only inner groups are repeated."""
ALPHABET = "ab x'\"  {}='\"\n.éЖ-"
VALUES = ("'a b'", '"a"', "x", "{a b}", "''", "'", "'a", 'b"', "a' 'b", "é")


def random_format(chance: random.Random) -> str:
    """A format of a few parts, at most two groups deep, with at most three placeholders.

    With more, and a repeated group among them, Python takes minutes for some messages.
    """
    while (form := _sequence(chance, count(1), 2)).count("{{") > 3:
        pass
    return form


def random_message(chance: random.Random, form: str) -> str:
    """Noise, or what comes out when the format's placeholders are filled, with a flaw or two."""
    if chance.random() < 0.5:
        return "".join(chance.choice(ALPHABET) for _ in range(chance.randint(0, 12)))
    filled = re.sub(r"{{.*?}}", lambda _: chance.choice(VALUES), form)
    letters = list(re.sub(r"[()?*+|\\^$]", "", filled))[:18]
    for _ in range(chance.randint(0, 2) if letters else 0):
        letters[chance.randrange(len(letters))] = chance.choice(ALPHABET)
    return "".join(letters)


def _sequence(chance: random.Random, numbers: "count[int]", depth: int) -> str:
    parts = (_part(chance, numbers, depth) for _ in range(chance.randint(1, 4)))
    return "".join(part + chance.choice(("", " ", "")) for part in parts)


def _part(chance: random.Random, numbers: "count[int]", depth: int) -> str:
    name = f"p{next(numbers)}"
    inner = partial(_sequence, chance, numbers, depth - 1)
    kinds: tuple[tuple[int, Callable[[], str]], ...] = (
        (30, lambda: chance.choice(LITERALS)),
        (22, lambda: f"{{{{{name}}}}}"),
        (10, lambda: f"{{{{ {name} = {chance.choice(DEFAULTS)} }}}}"),
        (4, lambda: chance.choice(CLASSES)),
        (4, lambda: chance.choice(EDGES)),
        (4 * (depth > 0), lambda: f"(?P<{name}>{inner()})"),
        (14 * (depth > 0), lambda: f"({inner()}){chance.choice(ONCE if depth > 1 else TIMES)}"),
        (12 * (depth > 0), lambda: f"({inner()}|{inner()})"),
    )
    weights = [weight for weight, _ in kinds]
    return chance.choices([make for _, make in kinds], weights)[0]()
