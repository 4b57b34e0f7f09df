"""Whether there is what the front matter of a transcript names."""

from collections.abc import Iterable
from pathlib import Path

from chatops_cli.model.problem import Problem, Severity
from chatops_cli.reading.value import did_you_mean, make_problem
from chatops_cli.rehearsal.front import Front, Named
from chatops_cli.room.world import World

WILD = frozenset("*?[")


def unknown_names(front: Front, world: World) -> tuple[Problem, ...]:
    """The actions and aliases that are named and not there.

    An alias that is to be enabled has to be there. That a stub is for no action is a warning: the
    pack that has it may not be installed here.
    """
    aliases = {alias.ref for alias in world.catalog.aliases}
    found = []
    for each in front.named:
        if each.key == "packs":
            continue
        if each.key == "enable":
            if each.ref not in aliases:
                found.append(_unknown(each, "alias", aliases, Severity.ERROR))
        elif not WILD & set(each.ref) and world.catalog.action(each.ref) is None:
            refs = world.catalog.action_refs()
            found.append(_unknown(each, "action", refs, Severity.WARNING))
    return tuple(found)


def missing_folders(front: Front, file: Path) -> tuple[Problem, ...]:
    """The folders with packs, relative to the transcript, that aren't there."""
    return tuple(
        make_problem(
            each.place,
            "transcript-packs",
            f"there is no folder {each.ref} beside this file",
            "write it relative to the folder of this file",
            Severity.ERROR,
        )
        for each in front.named
        if each.key == "packs" and not (file.absolute().parent / each.ref).is_dir()
    )


def _unknown(named: Named, kind: str, there: Iterable[str], severity: Severity) -> Problem:
    hint = did_you_mean(named.ref, tuple(there)) or f"chatops {kind} list names all"
    message = f"{named.key} names {named.ref!r}, and there is no such {kind}"
    return make_problem(named.place, "transcript-name", message, hint, severity)
