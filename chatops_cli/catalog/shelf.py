"""One pack and what it holds, fetched from the cache when asked for, or read from its folder."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from chatops_cli.catalog.cache import Cache
from chatops_cli.catalog.codec import unpack_action, unpack_alias, unpack_config
from chatops_cli.catalog.folder import Folder, shown_file
from chatops_cli.catalog.reference import Reference
from chatops_cli.catalog.row import (
    ACTION,
    ALIAS,
    CONFIG,
    POLICY,
    RULE,
    Row,
    unpack_problems,
    unpack_references,
)
from chatops_cli.catalog.store import Kept, fetch_all, fetch_keys, fetch_marked, fetch_one
from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.alias import Alias
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Problem

if TYPE_CHECKING:
    from chatops_cli.model.policy import Policy
    from chatops_cli.model.rule import Rule

T = TypeVar("T")


class LostRowsError(Exception):
    """The cache has the rows of a pack no longer."""


class Rows(Protocol):
    """The rows of one pack, in the order of their names."""

    @property
    def problems(self) -> str:
        """The problems of the pack as a whole, as text."""

    def one(self, kind: str, key: str) -> Row | None: ...

    def all(self, kind: str) -> Sequence[Row]: ...

    def keys(self, kind: str) -> Sequence[str]: ...

    def holds(self, kind: str) -> bool:
        """Whether there is a file of this kind, without asking for any."""

    def marked(self) -> Sequence[Row]:
        """The rows with problems or links."""


class ReadRows:
    """Rows in memory."""

    __slots__ = ("problems", "rows")

    def __init__(self, rows: Sequence[Row], problems: str) -> None:
        self.rows = rows
        self.problems = problems

    def one(self, kind: str, key: str) -> Row | None:
        found = (row for row in self.rows if row.kind == kind and row.key == key)
        return next(found, None)

    def all(self, kind: str) -> Sequence[Row]:
        return [row for row in self.rows if row.kind == kind]

    def keys(self, kind: str) -> Sequence[str]:
        return [row.key for row in self.rows if row.kind == kind]

    def holds(self, kind: str) -> bool:
        return any(row.kind == kind for row in self.rows)

    def marked(self) -> Sequence[Row]:
        return [row for row in self.rows if row.problems or row.links]


class KeptRows:
    """Rows in the cache. Every method raises `LostRowsError` where they are there no longer."""

    __slots__ = ("_cache", "_kept", "problems")

    def __init__(self, cache: Cache, kept: Kept) -> None:
        self._cache = cache
        self._kept = kept
        self.problems = kept.problems

    def one(self, kind: str, key: str) -> Row | None:
        return _found(fetch_one(self._cache, self._kept, kind, key))[0]

    def all(self, kind: str) -> Sequence[Row]:
        return _found(fetch_all(self._cache, self._kept, kind))

    def keys(self, kind: str) -> Sequence[str]:
        return _found(fetch_keys(self._cache, self._kept, kind))

    def holds(self, kind: str) -> bool:
        return self._kept.holds(kind)

    def marked(self) -> Sequence[Row]:
        return _found(fetch_marked(self._cache, self._kept))


class Shelf:
    """A pack's content. Where the cache has lost it meanwhile, the folder is read.

    Args:
        folder: The pack's folder.
        pack: The pack.
        rows: Its rows.
        reread: Reads the folder.
    """

    __slots__ = ("_reread", "_rows", "folder", "pack")

    def __init__(self, folder: Folder, pack: Pack, rows: Rows, reread: Callable[[], Rows]) -> None:
        self.folder = folder
        self.pack = pack
        self._rows = rows
        self._reread = reread

    def action(self, name: str) -> Action | None:
        """One action, the others unread."""

        def fetch(rows: Rows) -> Action | None:
            row = rows.one(ACTION, name)
            return self._action(row) if row is not None else None

        return self._ask(fetch)

    def actions(self) -> list[Action]:
        """All actions, by file; of a repeated name the first."""
        return self._ask(lambda rows: [self._action(row) for row in _named(rows.all(ACTION))])

    def action_names(self) -> list[str]:
        """The names of all actions, by file, without reading them."""
        return self._ask(lambda rows: [*dict.fromkeys(filter(None, rows.keys(ACTION)))])

    def aliases(self) -> list[Alias]:
        """All aliases, by file; of a repeated name the first."""
        return self._ask(lambda rows: [self._alias(row) for row in _named(rows.all(ALIAS))])

    def policies(self) -> "list[Policy]":
        """The policies that hold, by file; of a repeated name the first."""
        if not self._rows.holds(POLICY):
            return []
        # Only a pack that has some pays for reading them.
        from chatops_cli.catalog.policy_record import unpack_policy

        def fetch(rows: Rows) -> "list[Policy]":
            found = (
                unpack_policy(row.record, self.pack, shown_file(self.folder, row.name))
                for row in _named(rows.all(POLICY))
            )
            return [policy for policy in found if policy is not None]

        return self._ask(fetch)

    def rules(self) -> "list[Rule]":
        """All rules, by file; of a repeated name the first."""
        if not self._rows.holds(RULE):
            return []
        from chatops_cli.catalog.rule_record import unpack_rule

        def fetch(rows: Rows) -> "list[Rule]":
            return [
                unpack_rule(row.record, self.pack, shown_file(self.folder, row.name))
                for row in _named(rows.all(RULE))
            ]

        return self._ask(fetch)

    def config_schema(self) -> dict[str, Parameter]:
        """The parameters of the pack's configuration."""
        return self._ask(
            lambda rows: {
                name: parameter
                for row in rows.all(CONFIG)
                if row.record
                for name, parameter in unpack_config(row.record).items()
            }
        )

    def problems(self) -> list[Problem]:
        """What is wrong with its files, and with the pack as a whole."""
        return self._ask(
            lambda rows: [
                *unpack_problems(rows.problems),
                *(problem for row in rows.marked() for problem in unpack_problems(row.problems)),
            ]
        )

    def links(self) -> list[Reference]:
        """The actions and runners that its files name."""
        return self._ask(
            lambda rows: [link for row in rows.marked() for link in unpack_references(row.links)]
        )

    def _ask(self, question: Callable[[Rows], T]) -> T:
        try:
            return question(self._rows)
        except (LostRowsError, KeyError, TypeError, ValueError):
            # Lost, or a record that isn't of its shape.
            self._rows = self._reread()
            return question(self._rows)

    def _action(self, row: Row) -> Action:
        return unpack_action(row.record, self.pack, shown_file(self.folder, row.name))

    def _alias(self, row: Row) -> Alias:
        return unpack_alias(row.record, self.pack, shown_file(self.folder, row.name))


def _found(rows: T | None) -> T:
    if rows is None:
        raise LostRowsError
    return rows


def _named(rows: Sequence[Row]) -> list[Row]:
    first: dict[str, Row] = {}
    for row in rows:
        if row.key:
            first.setdefault(row.key, row)
    return list(first.values())
