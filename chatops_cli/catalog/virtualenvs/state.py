"""How the environment of a pack stands."""

from enum import StrEnum


class State(StrEnum):
    """How it stands; what `chatops pack setup` does about it."""

    NONE = "none"
    """The pack needs none."""
    FRESH = "fresh"
    """Made of what the pack asks for now."""
    MISSING = "missing"
    """Not built yet."""
    STALE = "stale"
    """Built of other requirements, for another Python, or by an older chatops."""
    BROKEN = "broken"
    """Something that it can't do without is gone, its interpreter for one."""
    MANUAL = "manual"
    """Somebody made it by hand: it is used, and left alone."""

    @property
    def is_due(self) -> bool:
        """Whether `setup` has something to do."""
        return self in {State.MISSING, State.STALE, State.BROKEN}
