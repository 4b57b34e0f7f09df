"""What was found before, kept as long as all that it was found in is the same."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from chatops_cli.catalog.row import pack_problems, unpack_problems
from chatops_cli.model.problem import Problem
from chatops_cli.validation.own import FAILED

if TYPE_CHECKING:
    from chatops_cli.catalog.cache import Cache
    from chatops_cli.room.world import World
    from chatops_cli.validation.scope import Scope

KIND = "problems"
"""What these texts are called in the cache."""
STANDING = "chatops-passing-folder"
"""What is kept in place of a folder's name that is another the next time."""
Find = Callable[[], list[Problem]]


class Kept:
    """The last answer to each question; without a cache, none is kept."""

    def __init__(self, cache: "Cache | None", slot: str, state: str, passing: str = "") -> None:
        """Take a cache and what is there now.

        Args:
            cache: Where answers are.
            slot: What is asked about: each has room for one answer to each question.
            state: The digest of all that answers depend on.
            passing: The name of a folder in places and messages that is another the next time.
        """
        self._cache = cache
        self._slot = slot
        self._state = state
        self._passing = passing

    def problems(self, question: str, find: Find) -> list[Problem]:
        """The answer of before, or if it may be another now, what is found now.

        That is kept, unless a rule failed: it may do better the next time.
        """
        if self._cache is None:
            return find()
        key = f"{self._slot} {question}"
        text = self._cache.get(KIND, [key]).get(key, "")
        known = _read(text.replace(STANDING, self._passing or STANDING), self._state)
        if known is not None:
            return known
        found = find()
        if not any(problem.rule == FAILED.name for problem in found):
            text = json.dumps([self._state, pack_problems(found)])
            self._cache.put(KIND, {key: standing(text, self._passing)})
        return found


def open_kept(cache: "Cache", world: "World", scope: "Scope", passing: str = "") -> Kept:
    """What was found in these packs before; every file of them is read for that.

    `passing` is the name of a folder around them that is made anew each time.
    """
    from chatops_cli.validation.fingerprint import fingerprint, slot_of

    return Kept(cache, slot_of(scope, passing), fingerprint(world, scope, passing), passing)


NOTHING_KEPT = Kept(None, "", "")


def standing(text: str, passing: str) -> str:
    """The text with a name in it that stays the same."""
    return text.replace(passing, STANDING) if passing else text


def _read(text: str, state: str) -> list[Problem] | None:
    """What was kept, if it was found in the same; None for anything else."""
    try:
        found_in, problems = json.loads(text)
        return unpack_problems(problems) if found_in == state else None
    except (ValueError, TypeError):
        return None
