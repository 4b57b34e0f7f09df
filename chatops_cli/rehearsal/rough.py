"""How much a network misbehaves: shares between 0 and 1, and the seed that makes it repeatable."""

from chatops_cli.model.frozen import frozen

SHARES = ("duplicates", "reorders", "delays", "edits", "disconnects", "rate_limits", "cuts")


@frozen
class Roughness:
    """How often each thing happens, of all messages or replies; 0 is never, 1 always.

    `duplicates`: a message arrives twice. `reorders`: it arrives after the next one of another
    room or thread. `delays`: it arrives late. `edits`: its text is edited after it was sent.
    `disconnects`: the line breaks, and what was under way is sent once more. `rate_limits`: the
    network takes no reply for a while. `cuts`: only the beginning of a message arrives, and the
    whole of it after that; the network takes only a part of a reply at a time.
    """

    seed: int = 0
    duplicates: float = 0.0
    reorders: float = 0.0
    delays: float = 0.0
    edits: float = 0.0
    disconnects: float = 0.0
    rate_limits: float = 0.0
    cuts: float = 0.0


def all_of_it(seed: int, share: float = 0.3) -> Roughness:
    """Everything happens to that share."""
    return Roughness(seed=seed, **dict.fromkeys(SHARES, share))
