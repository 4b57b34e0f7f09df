"""What the global options said, handed to every command."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """The global options as given; None and empty where absent."""

    config: Path | None = None
    packs: tuple[str, ...] = ()
    home: Path | None = None
