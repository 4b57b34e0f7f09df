"""A pack's folder read: each file to a row, and what is wrong with the pack as a whole."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import field

from chatops_cli.catalog.action_file import read_action
from chatops_cli.catalog.alias_file import read_alias
from chatops_cli.catalog.codec import pack_action, pack_alias, pack_config, unpack_place
from chatops_cli.catalog.entry_points import EntryPoints
from chatops_cli.catalog.folder import MANIFEST, Folder, shown_file
from chatops_cli.catalog.pack_file import read_pack
from chatops_cli.catalog.parameter_schema import read_parameters
from chatops_cli.catalog.policy_file import read_policy_file
from chatops_cli.catalog.policy_record import pack_policy
from chatops_cli.catalog.reference import Reference, ReferenceKind
from chatops_cli.catalog.row import (
    ACTION,
    ALIAS,
    CONFIG,
    PLACES,
    POLICY,
    Row,
    pack_problems,
    pack_references,
)
from chatops_cli.catalog.rule_file import read_rule
from chatops_cli.catalog.rule_record import pack_rule
from chatops_cli.catalog.stamps import CONFIG_SCHEMA, OUTSIDE, Stamp, Stamps, outside_problem
from chatops_cli.model.frozen import frozen
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Place, Problem
from chatops_cli.reading.file import read_file
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse


@frozen
class Content:
    """What a pack's folder came to. `pack` is None where nothing gives it a ref.

    `watched` are the folders of entry points with their stamps, `problems` those of no single file.
    """

    pack: Pack | None
    rows: tuple[Row, ...]
    watched: dict[str, Stamp] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def build(folder: Folder, stamps: Stamps, kept: Mapping[str, Row], ref: str | None) -> Content:
    """The content of a pack.

    Args:
        folder: The pack's folder.
        stamps: Its files as they are now.
        kept: Rows of files that have not changed, by name; they are taken as they are.
        ref: The ref of the pack for which they were made.
    """
    manifest, pack = _read_manifest(folder, stamps.files.get(MANIFEST))
    if pack is None:
        return Content(pack=None, rows=(manifest,), problems=stamps.problems)
    known = kept if ref == pack.ref else {}
    rows = [manifest]
    for name in sorted(stamps.files, key=os.fsencode):
        if name != MANIFEST:
            row = known.get(name)
            rows.append(_read_row(folder, pack, name, stamps.files[name]) if row is None else row)
    entry_points = EntryPoints(folder)
    missing = entry_points.check(_entry_point(folder, row) for row in rows if row.entry_point)
    repeated = _repeated(rows, folder, pack)
    return Content(
        pack=pack,
        rows=tuple(rows),
        watched=entry_points.watched,
        problems=(*stamps.problems, *missing, *repeated),
    )


def _read_manifest(folder: Folder, stamp: Stamp | None) -> tuple[Row, Pack | None]:
    problems: list[Problem] = []
    reader = _open(folder, MANIFEST, stamp, problems)
    place = Place(file=shown_file(folder, MANIFEST))
    pack = read_pack(reader, path=folder.path, folder=folder.name, place=place)
    if pack is None and reader is None:
        message = f"{folder.name!r} is no name that could stand for the pack; it is not read"
        problems.append(Problem(place=place, rule="pack-ref", message=message))
    return Row(name=MANIFEST, kind="pack", problems=pack_problems(problems)), pack


def _read_row(folder: Folder, pack: Pack, name: str, stamp: Stamp) -> Row:
    problems: list[Problem] = []
    reader = _open(folder, name, stamp, problems)
    kind = kind_of(name)
    if reader is None:
        return Row(name=name, kind=kind, problems=pack_problems(problems))
    key, record, references = read_content(kind, reader, pack)
    entry_points = [
        f"{found.place.line} {found.place.column} {found.name}"
        for found in references
        if found.kind is ReferenceKind.ENTRY_POINT
    ]
    links = [found for found in references if found.kind is not ReferenceKind.ENTRY_POINT]
    return Row(
        name=name,
        kind=kind,
        key=key,
        record=record,
        problems=pack_problems(problems),
        links=pack_references(links),
        entry_point="".join(entry_points),
    )


def _entry_point(folder: Folder, row: Row) -> Reference:
    line, column, name = row.entry_point.split(" ", 2)
    place = Place(file=shown_file(folder, row.name), line=int(line), column=int(column))
    return Reference(kind=ReferenceKind.ENTRY_POINT, name=name, place=place)


def read_content(kind: str, reader: Reader, pack: Pack) -> tuple[str, str, tuple[Reference, ...]]:
    """Key, record and references of a file; key and record are empty where it holds nothing."""
    if kind == CONFIG:
        return "", pack_config(read_parameters(reader)), ()
    if kind == ACTION:
        action, references = read_action(reader, pack)
        return (action.name, pack_action(action), references) if action else ("", "", ())
    if kind == ALIAS:
        alias, references = read_alias(reader, pack)
        return (alias.name, pack_alias(alias), references) if alias else ("", "", ())
    if kind == POLICY:
        policy, references = read_policy_file(reader, pack)
        return policy.name if policy else "", pack_policy(policy) if policy else "", references
    rule, references = read_rule(reader, pack)
    return (rule.name, pack_rule(rule), references) if rule else ("", "", ())


def kind_of(name: str) -> str:
    return CONFIG if name == CONFIG_SCHEMA else PLACES[name.partition("/")[0]]


def _open(folder: Folder, name: str, stamp: Stamp | None, problems: list[Problem]) -> Reader | None:
    path, shown = f"{folder.path}/{name}", shown_file(folder, name)
    if stamp == OUTSIDE:
        problems.append(outside_problem(shown, path))
        return None
    data = read_file(path, file=shown)
    if isinstance(data, Problem):
        problems.append(data)
        return None
    return Reader.of_source(parse(data, file=shown), problems)


def _repeated(rows: list[Row], folder: Folder, pack: Pack) -> Iterator[Problem]:
    """A problem for everything of which the name is taken; the first file has it."""
    first: dict[tuple[str, str], Row] = {}
    for row in rows:
        if not row.key:
            continue
        earlier = first.setdefault((row.kind, row.key), row)
        if earlier is not row:
            yield Problem(
                place=unpack_place(row.record, shown_file(folder, row.name)),
                rule=f"repeated-{row.kind}",
                message=(
                    f"the {row.kind} {pack.ref}.{row.key} is defined already, at"
                    f" {unpack_place(earlier.record, shown_file(folder, earlier.name))};"
                    " this file is not used"
                ),
                hint="give one of them another name",
            )
