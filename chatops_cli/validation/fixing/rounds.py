"""Findings mended until nothing is left that can be: a fix may make room for another."""

from collections.abc import Callable, Sequence

from chatops_cli.model.frozen import frozen
from chatops_cli.model.pack import Pack
from chatops_cli.validation.finding import Finding
from chatops_cli.validation.fixing.plan import Left, Rewrite, plan
from chatops_cli.validation.fixing.writing import written

MOST = 10
"""Rounds; a fix that brings back what it mends would go on forever."""


@frozen
class Mending:
    """What was written, in order, and what was left as it is."""

    rewrites: tuple[Rewrite, ...]
    left: tuple[Left, ...]

    @property
    def count(self) -> int:
        """How many findings were mended."""
        return sum(len(rewrite.mended) for rewrite in self.rewrites)


def mend(check: Callable[[], tuple[Sequence[Finding], Sequence[Pack]]]) -> Mending:
    """All that has a fix is mended, on disk.

    Args:
        check: What is found now, and in which packs.
    """
    rewrites: list[Rewrite] = []
    left: list[Left] = []
    for _ in range(MOST):
        planned = plan(*check())
        left = list(planned.left)
        done = 0
        for rewrite in planned.rewrites:
            reason = written(rewrite)
            if reason:
                left.extend(Left(finding=found, reason=reason) for found in rewrite.mended)
            else:
                rewrites.append(rewrite)
                done += 1
        if not done:
            break
    return Mending(rewrites=tuple(rewrites), left=tuple(left))
