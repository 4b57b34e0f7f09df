"""Packs that another one names in `dependencies`: it is no mistake of it that they aren't here."""

from collections.abc import Iterable

from chatops_cli.catalog.links import absent
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Problem

RULE = "missing-pack"


def is_declared(problem: Problem, packs: Iterable[Pack]) -> bool:
    """Whether a problem says that a pack isn't here, and the one it is found in depends on it."""
    if problem.rule != RULE:
        return False
    names = (
        name
        for pack in packs
        if problem.place.file.startswith(f"{pack.place.file.rpartition('/')[0]}/")
        for text in pack.dependencies
        for name in _names(text)
    )
    return any(problem.message.endswith(absent(name)) for name in names)


def _names(text: str) -> tuple[str, ...]:
    """The refs that a dependency may mean: ``ref``, ``ref=version`` or an address of a repository.

    Source: StackStorm, ``packs.get_pack_dependencies``.
    """
    name = text.strip().partition("=")[0].strip().rstrip("/").rpartition("/")[2]
    name = name.removesuffix(".git")
    return name, name.removeprefix("stackstorm-")
