"""The YAML files of a pack that the catalog doesn't hold: workflows, triggers, sensors."""

import os
from collections.abc import Iterator

from chatops_cli.catalog.folder import MANIFEST, show
from chatops_cli.catalog.stamps import CONFIG_SCHEMA, PARTS
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Problem
from chatops_cli.reading.file import read_file, unreadable
from chatops_cli.reading.source import parse


def check_pack_files(pack: Pack) -> tuple[Problem, ...]:
    """What keeps each of a pack's other YAML files from being read, by place.

    They are read as YAML, and nothing more is asked of them. What is hidden, and the pack's own
    tests, whose files may be broken on purpose, are passed over; links are not followed.
    """
    shown = os.path.dirname(pack.place.file)  # noqa: PTH120  # see Folder.name
    problems: list[Problem] = []
    for name in other_files(pack.path, shown, problems):
        file = f"{shown}/{show(name)}"
        data = read_file(f"{pack.path}/{name}", file=file)
        if isinstance(data, Problem):
            problems.append(data)
        else:
            problems.extend(parse(data, file=file).problems)
    return tuple(sorted(problems, key=lambda problem: (problem.place, problem.rule)))


def other_files(path: str, shown: str, problems: list[Problem]) -> Iterator[str]:
    """The names of these files in the pack; folders that can't be listed become problems."""

    def refuse(error: OSError) -> None:
        part = os.path.relpath(error.filename, path)
        if part not in PARTS:  # of those the catalog tells
            file = shown if part == "." else f"{shown}/{show(part)}"
            problems.append(unreadable(error, file=file))

    for folder, folders, files in os.walk(path, onerror=refuse):
        part = os.path.relpath(folder, path)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith((".", "__")) and (part, name) != (".", "tests")
        )
        for file in sorted(files):
            name = file if part == "." else f"{part}/{file}"
            is_read = part in PARTS or name in (MANIFEST, CONFIG_SCHEMA)
            is_link = os.path.islink(f"{folder}/{file}")  # noqa: PTH114  # see Folder.name
            is_yaml = file.endswith((".yaml", ".yml")) and not file.startswith(".")
            if is_yaml and not is_read and not is_link:
                yield name
