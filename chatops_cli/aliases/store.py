"""Keeps what was read off formats, so that a process that starts anew need not read them again.

Two kinds of rows: the index of a whole set of formats, and the plan of one format. The first alone
is read at the start; plans are fetched for candidates.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple, Protocol

from chatops_cli.aliases.format_error import FormatError
from chatops_cli.aliases.plan import VERSION, Plan, from_json, to_json

if TYPE_CHECKING:
    from chatops_cli.aliases.literals import Requirement
    from chatops_cli.aliases.preparation import Ready

INDEX = "alias-index"
PLAN = "alias-plan"
"""Kinds of rows."""


class PlanStore(Protocol):
    """Where rows are kept, by kind and key; a row that is not there is missing in the answer."""

    def get(self, kind: str, keys: Sequence[str]) -> Mapping[str, str]: ...
    def put(self, kind: str, items: Mapping[str, str]) -> None: ...


class Indexed(NamedTuple):
    """The index of a set of formats: see `literals.rarest`. `broken` has why one is left out."""

    literals: Mapping[str, Sequence[int]]
    always: Sequence[int]
    broken: Mapping[int, tuple[str, str | None]]


class Plans:
    """Plans by the text of the format; without a store they are made when asked for."""

    def __init__(self, store: PlanStore | None, *, strict: bool) -> None:
        self._store = store
        self._strict = strict

    def plan(self, text: str) -> Plan:
        """The plan of one format.

        Raises:
            FormatError: It has none.
        """
        if self._store is not None:
            key = self._key(text)
            row = self._store.get(PLAN, [key]).get(key)
            if row is not None and not row.startswith(_BROKEN):
                return from_json(row.partition("\n")[2])
        return self._prepare(text).plan

    def index(self, texts: Sequence[str]) -> Indexed:
        """The index of `texts`, numbered from 0 in their order."""
        if self._store is None:
            return _indexed(self._fresh(text) for text in texts)
        key = self._key("\0".join(texts))
        row = self._store.get(INDEX, [key]).get(key)
        if row is not None:
            literals, always, broken = json.loads(row)
            return Indexed(literals, always, {number: (why, hint) for number, why, hint in broken})
        indexed = _indexed(self._rows(texts, self._store))
        broken = [[number, *reason] for number, reason in indexed.broken.items()]
        self._store.put(INDEX, {key: _dumps([indexed.literals, indexed.always, broken])})
        return indexed

    def _rows(self, texts: Sequence[str], store: PlanStore) -> list[str]:
        keys = {text: self._key(text) for text in texts}
        rows = dict(store.get(PLAN, list(keys.values())))
        made = {key: self._fresh(text) for text, key in keys.items() if key not in rows}
        if made:
            store.put(PLAN, made)
        rows.update(made)
        return [rows[keys[text]] for text in texts]

    def _fresh(self, text: str) -> str:
        try:
            return _row(self._prepare(text))
        except FormatError as error:
            return _BROKEN + _dumps([error.message, error.hint])

    def _prepare(self, text: str) -> "Ready":
        # Late: a process that finds its plans kept never needs the parser of formats.
        from chatops_cli.aliases.preparation import prepare

        return prepare(text, strict=self._strict)

    def _key(self, text: str) -> str:
        mode = "strict" if self._strict else "default"
        return blake2b(f"{VERSION}\0{mode}\0{text}".encode(), digest_size=16).hexdigest()


_BROKEN = "!"


def _row(ready: "Ready") -> str:
    """A first line with the requirements, literals being free of white space; then the plan."""
    requirements = " ".join("\t".join(requirement) for requirement in ready.requirements)
    return f" {requirements}\n{to_json(ready.plan)}"


def _indexed(rows: Iterable[str]) -> Indexed:
    from chatops_cli.aliases.literals import rarest

    requirements: list[tuple[Requirement, ...]] = []
    broken: dict[int, tuple[str, str | None]] = {}
    for number, row in enumerate(rows):
        if row.startswith(_BROKEN):
            why, hint = json.loads(row[len(_BROKEN) :])
            broken[number] = (why, hint)
            requirements.append(())
            continue
        line = row.partition("\n")[0][1:]
        requirements.append(tuple(tuple(one.split("\t")) for one in line.split(" ") if one))
    literals, always = rarest(requirements)
    return Indexed(literals, [number for number in always if number not in broken], broken)


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
