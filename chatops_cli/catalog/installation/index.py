"""Lists of packs that can be had, in the form of StackStorm Exchange's index.

Source: StackStorm Exchange, ``index.json``: ``packs`` maps a ref to ``name``, ``repo_url``,
``version``, ``description``, ``author``, ``keywords`` and more.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from pathlib import Path

from chatops_cli.catalog.installation.source import (
    Kind,
    Source,
    read_remote,
    read_source,
    split_revision,
)
from chatops_cli.errors import InstallError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.reading.printable import printable

SIZE_LIMIT = 32 * 1024 * 1024
"""Bytes."""


@frozen
class Entry:
    """What an index says of one pack; `index` is where that stands, `all` every key of it."""

    ref: str
    name: str
    index: str
    repo_url: str = ""
    version: str = ""
    description: str = ""
    author: str = ""
    keywords: tuple[str, ...] = ()
    all: JsonObject = field(default_factory=dict, repr=False)


@frozen
class Index:
    """Several indexes as one: of two packs with one ref, that of the earlier index is in it.

    `failures` are those that could not be read, with the reason.
    """

    entries: Mapping[str, Entry]
    failures: tuple[InstallError, ...] = ()

    def get(self, ref: str) -> Entry:
        """The entry of a pack.

        Raises:
            InstallError: No index has it.
        """
        entry = self.entries.get(ref)
        if entry is not None:
            return entry
        if self.failures:
            raise self.failures[0]
        from difflib import get_close_matches

        near = get_close_matches(ref, self.entries, n=2)
        raise InstallError(
            f"no index has a pack {printable(ref)}",
            hint=f"did you mean {' or '.join(near)}?" if near else "see 'chatops pack search'",
        )

    def search(self, text: str) -> tuple[Entry, ...]:
        """The packs that have the text in what is said of them, in any case.

        Names come first, then keywords.

        Source: StackStorm, ``search_pack_index``, which tells the cases apart.
        """
        word = text.casefold()
        ranked = ((_rank(entry, word), ref) for ref, entry in self.entries.items())
        return tuple(self.entries[ref] for rank, ref in sorted(ranked) if rank < _NOWHERE)


_NOWHERE = 3


def merge(indexes: Iterable[Mapping[str, Entry] | InstallError]) -> Index:
    """One index out of those that were read, in their order, and of what kept others from it."""
    entries: dict[str, Entry] = {}
    failures: list[InstallError] = []
    for index in indexes:
        if isinstance(index, InstallError):
            failures.append(index)
        else:
            entries = {**index, **entries}
    return Index(entries=entries, failures=tuple(failures))


def parse_index(data: bytes, *, origin: str) -> dict[str, Entry]:
    """The packs of one index by ref.

    Raises:
        InstallError: It is no index.
    """
    try:
        content: Json = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InstallError(f"the index {printable(origin)} is no JSON: {error}") from error
    packs = content.get("packs") if isinstance(content, dict) else None
    if not isinstance(packs, dict):
        raise InstallError(
            f"the index {printable(origin)} has no object 'packs'",
            hint='an index is {"packs": {REF: {"repo_url": …}}}',
        )
    return {
        ref: _entry(ref, value, origin) for ref, value in packs.items() if isinstance(value, dict)
    }


def source_of(entry: Entry, revision: str) -> Source:
    """Where the pack of an entry is, at the revision or else the version that the index names.

    An index on this machine may name paths, relative to it; one of a server only servers.

    Raises:
        InstallError: It names no place.
    """
    revision = revision or entry.version
    try:
        source = _place(entry)
    except InstallError as error:
        index = printable(entry.index)
        raise InstallError(f"the index {index} says not where {entry.ref} is: {error}") from error
    if source.kind is not Kind.GIT or source.revision:
        return source
    return Source(
        kind=source.kind,
        location=source.location,
        revision=revision,
        credentials=source.credentials,
    )


def _place(entry: Entry) -> Source:
    is_local = "://" not in entry.index
    if not entry.repo_url:
        raise InstallError("it has no repo_url")
    if is_local:
        source = read_source(entry.repo_url, base=Path(entry.index).parent)
    else:
        source = read_remote(*split_revision(entry.repo_url))
        if source.is_local:
            raise InstallError("its repo_url is on this machine")
    if source.kind is Kind.NAME:
        raise InstallError("its repo_url is none")
    return source


def _entry(ref: str, value: Mapping[str, Json], origin: str) -> Entry:
    keywords = value.get("keywords")
    return Entry(
        ref=ref,
        name=_text(value, "name") or ref,
        index=origin,
        repo_url=_text(value, "repo_url"),
        version=_text(value, "version"),
        description=_text(value, "description"),
        author=_text(value, "author"),
        keywords=tuple(map(str, keywords)) if isinstance(keywords, list) else (),
        all=value,
    )


def _text(value: Mapping[str, Json], key: str) -> str:
    found = value.get(key)
    return str(found) if isinstance(found, str | int | float) else ""


def _rank(entry: Entry, word: str) -> int:
    places: Iterator[Iterable[str]] = iter(
        ((entry.ref, entry.name), entry.keywords, (entry.description, entry.author))
    )
    for rank, texts in enumerate(places):
        if any(word in text.casefold() for text in texts):
            return rank
    return _NOWHERE
