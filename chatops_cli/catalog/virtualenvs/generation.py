"""The name of one built environment: for which pack, and of what it was made."""

import os
import sys
from collections.abc import Sequence

from chatops_cli.catalog.virtualenvs.requirements import Requirements
from chatops_cli.model.frozen import frozen

REVISION = 1
"""Raise it when environments are built in another way: all are stale then."""

_PARTS = 5


@frozen
class Generation:
    """An environment's name, taken apart.

    `digest` tells the requirements, this builder and the interpreter; `base` the packages that
    are put into every environment; `token` is by chance. No two builds have one name.
    """

    ref: str
    digest: str
    base: str
    token: str

    @property
    def name(self) -> str:
        """Its folder's name."""
        return f".{link_name(self.ref)}.{self.digest}.{self.base}.{self.token}"


def read_name(name: str) -> Generation | None:
    """The generation of that name; None for the name of anything else."""
    parts = name.split(".")
    if len(parts) != _PARTS or parts[0] or not all(parts[1:]):
        return None
    ref = parts[1].replace("%2F", "/").replace("%25", "%")
    return Generation(ref=ref, digest=parts[2], base=parts[3], token=parts[4])


def link_name(ref: str) -> str:
    """The name of a pack's link: its ref, which has no dot, but may have a slash."""
    return ref.replace("%", "%25").replace("/", "%2F")


def lock_name(ref: str) -> str:
    """The name of the file that whoever builds for a pack holds locked."""
    return f".{link_name(ref)}.lock"


def digest_of(requirements: Requirements) -> str:
    """What an environment of these requirements is known by, for the Python that runs this."""
    kind = f"{REVISION} {sys.implementation.cache_tag} {os.uname().machine}"
    return _digest([kind, *requirements.lines], 16)


def base_digest_of(base: Sequence[str]) -> str:
    """What the packages of every environment are known by."""
    return _digest(base, 8)


def _digest(lines: Sequence[str], length: int) -> str:
    from hashlib import sha256

    return sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:length]
