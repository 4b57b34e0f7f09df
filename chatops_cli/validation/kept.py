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
Find = Callable[[], list[Problem]]


class Kept:
    """The last answer to each question; without a cache, none is kept."""

    def __init__(self, cache: "Cache | None", slot: str, state: str) -> None:
        """Take a cache and what is there now.

        Args:
            cache: Where answers are.
            slot: What is asked about: each has room for one answer to each question.
            state: The digest of all that answers depend on.
        """
        self._cache = cache
        self._slot = slot
        self._state = state

    def problems(self, question: str, find: Find) -> list[Problem]:
        """The answer of before, or if it may be another now, what is found now.

        That is kept, unless a rule failed: it may do better the next time.
        """
        if self._cache is None:
            return find()
        key = f"{self._slot} {question}"
        known = _read(self._cache.get(KIND, [key]).get(key, ""), self._state)
        if known is not None:
            return known
        found = find()
        if not any(problem.rule == FAILED.name for problem in found):
            self._cache.put(KIND, {key: json.dumps([self._state, pack_problems(found)])})
        return found


def open_kept(cache: "Cache", world: "World", scope: "Scope") -> Kept:
    """What was found in these packs before; every file of them is read for that."""
    from chatops_cli.validation.fingerprint import fingerprint, slot_of

    return Kept(cache, slot_of(scope), fingerprint(world, scope))


NOTHING_KEPT = Kept(None, "", "")


def _read(text: str, state: str) -> list[Problem] | None:
    """What was kept, if it was found in the same; None for anything else."""
    try:
        found_in, problems = json.loads(text)
        return unpack_problems(problems) if found_in == state else None
    except (ValueError, TypeError):
        return None
