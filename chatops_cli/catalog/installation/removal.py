"""Installed packs taken away."""

from collections.abc import Sequence

from chatops_cli.catalog.installation.dependencies import find_dependents
from chatops_cli.catalog.installation.installed import Installed, Site
from chatops_cli.catalog.installation.placing import take_away
from chatops_cli.catalog.installation.stage import alone, staging
from chatops_cli.errors import InstallError


def choose(refs: Sequence[str], site: Site, *, forces: bool) -> tuple[Installed, ...]:
    """The packs that would be removed.

    Raises:
        NotFoundError: One isn't there.
        InstallError: One must stay; or others depend on it, or somebody has changed its files, and
            `forces` doesn't say to do it all the same.
    """
    chosen = tuple(site.get(ref) for ref in dict.fromkeys(refs))
    for installed in chosen:
        installed.check_movable()
        if not forces:
            installed.check_unedited()
    for ref, dependents in find_dependents(refs, site).items():
        if not forces:
            raise InstallError(
                f"{', '.join(dependents)} {'depend' if dependents[1:] else 'depends'} on {ref}",
                hint="--force removes it all the same",
            )
    return chosen


def remove(chosen: Sequence[Installed]) -> None:
    """The packs are gone; those of one folder all at once.

    Raises:
        InstallError: They can't be moved; nothing in that folder has changed.
    """
    for root in dict.fromkeys(installed.path.parent for installed in chosen):
        with staging(root) as stage, alone(root):
            take_away([each.path for each in chosen if each.path.parent == root], stage)
