"""All packs under some roots: what they hold, and what is wrong with them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from chatops_cli.catalog.cache import Cache
from chatops_cli.catalog.folder import find_folders
from chatops_cli.catalog.opening import open_pack
from chatops_cli.catalog.shelf import Shelf
from chatops_cli.catalog.store import load_kept, save
from chatops_cli.errors import NotFoundError
from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.alias import Alias
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Problem, Severity

if TYPE_CHECKING:
    from chatops_cli.model.policy import Policy
    from chatops_cli.model.rule import Rule

KEPT = 256
"""Actions that a catalog keeps at hand."""


class Catalog:
    """A view of packs as they were when it was opened; `open_catalog` makes it.

    What a warm cache keeps is fetched when it is asked for. Of several packs with one ref, only
    the one that comes first is in it. Aliases whose refs are in `enabled` are, whatever they say.
    """

    def __init__(
        self,
        shelves: Mapping[str, Shelf],
        problems: Sequence[Problem],
        enabled: Collection[str] = (),
    ) -> None:
        self._shelves = shelves
        self._problems = problems
        self._enabled = enabled
        self._known: dict[str, Action | None] = {}

    @cached_property
    def packs(self) -> Mapping[str, Pack]:
        """The packs by ref, in the order of their refs."""
        return MappingProxyType({ref: shelf.pack for ref, shelf in self._shelves.items()})

    @cached_property
    def aliases(self) -> tuple[Alias, ...]:
        """All aliases, disabled ones too, by pack and file."""
        return tuple(
            replace(alias, enabled=True) if alias.ref in self._enabled else alias
            for shelf in self._shelves.values()
            for alias in shelf.aliases()
        )

    @cached_property
    def rules(self) -> "tuple[Rule, ...]":
        """All rules, disabled ones and those that never fire here too, by pack and file."""
        return tuple(rule for shelf in self._shelves.values() for rule in shelf.rules())

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong, by place."""
        # Only here: to run an action doesn't ask for them.
        from chatops_cli.catalog.links import check_links

        shelves = self._shelves.values()
        links = check_links(
            (link for shelf in shelves for link in shelf.links()),
            packs=self._shelves.keys(),
            actions=frozenset(self.action_refs()),
        )
        inside = (problem for shelf in shelves for problem in shelf.problems())
        found = (*self._problems, *inside, *links)
        return tuple(sorted(found, key=lambda p: (p.place, p.rule, p.message)))

    def action(self, ref: str) -> Action | None:
        """One action by its ref; the others are not read. The last few asked for are kept."""
        if ref in self._known:
            return self._known[ref]
        pack, _, name = ref.partition(".")
        shelf = self._shelves.get(pack)
        action = shelf.action(name) if shelf is not None and name else None
        if len(self._known) >= KEPT:
            self._known.clear()
        self._known[ref] = action
        return action

    def action_refs(self) -> tuple[str, ...]:
        """The refs of all actions, by pack and file, without reading them."""
        return self._action_refs

    def actions(self) -> Iterator[Action]:
        """All actions, by pack and file."""
        for shelf in self._shelves.values():
            yield from shelf.actions()

    def policies(self, action_ref: str) -> "tuple[Policy, ...]":
        """The policies that packs set for an action and that are enabled, by pack and file."""
        return self._policies.get(action_ref, ())

    def config_schema(self, pack: str) -> Mapping[str, Parameter]:
        """The parameters of a pack's configuration by name; none where it declares none."""
        shelf = self._shelves.get(pack)
        return shelf.config_schema() if shelf is not None else {}

    @cached_property
    def _policies(self) -> "dict[str, tuple[Policy, ...]]":
        found: dict[str, tuple[Policy, ...]] = {}
        for shelf in self._shelves.values():
            for policy in shelf.policies():
                found[policy.action_ref] = (*found.get(policy.action_ref, ()), policy)
        return found

    @cached_property
    def _action_refs(self) -> tuple[str, ...]:
        return tuple(
            f"{ref}.{name}" for ref, shelf in self._shelves.items() for name in shelf.action_names()
        )


def open_catalog(
    roots: Sequence[Path], *, cache: Cache | None, enabled: Collection[str] = ()
) -> Catalog:
    """The packs under some roots, the first root first; nothing in them stops it.

    A warm cache costs a stat of every file and no YAML. Without one, or where it doesn't work,
    every file is read.

    Args:
        roots: Folders of packs, or packs.
        cache: Where to keep what was read.
        enabled: Refs of aliases that count as enabled.
    """
    folders, problems = find_folders(roots)
    kept = load_kept(cache) if cache is not None else {}
    opened = [open_pack(folder, kept.get((folder.path, folder.shown)), cache) for folder in folders]
    writings = [one.writing for one in opened if one.writing is not None]
    if cache is not None and writings:
        save(cache, writings)
    found = [*problems]
    shelves: dict[str, Shelf] = {}
    for one in opened:
        found.extend(one.problems)
        if one.shelf is None:
            continue
        first = shelves.setdefault(one.shelf.pack.ref, one.shelf)
        if first is not one.shelf:
            found.append(_shadowed(one.shelf, first))
    return Catalog(dict(sorted(shelves.items())), found, enabled)


def missing_pack(ref: str, packs: Collection[str]) -> NotFoundError:
    """The error where somebody names a pack that isn't among these refs."""
    return NotFoundError(f"no pack named {ref!r}", hint=loaded(packs))


def loaded(packs: Collection[str]) -> str:
    """Which packs there are, for a hint."""
    return f"loaded are {', '.join(packs)}" if packs else "no pack is loaded"


def _shadowed(shelf: Shelf, first: Shelf) -> Problem:
    ref = shelf.pack.ref
    is_same_root = shelf.folder.root == first.folder.root
    return Problem(
        place=shelf.pack.place,
        rule="repeated-pack" if is_same_root else "shadowed-pack",
        message=f"the pack {ref} is read from {first.folder.shown}, so this one is not read",
        hint="give one of them another ref" if is_same_root else None,
        severity=Severity.ERROR if is_same_root else Severity.WARNING,
    )
