"""A site's configuration of a pack as its file has it; what it means is `execution`'s to say."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.problem import Place, Problem

if TYPE_CHECKING:
    from chatops_cli.reading.source import Source


@frozen
class SiteFile:
    """A configuration file: what it says, where, and what is wrong with it as YAML.

    `data` is its bytes and `mode` its permissions, both None where there is no file.
    """

    path: Path
    values: JsonObject = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    data: bytes | None = None
    mode: int | None = None
    source: "Source | None" = None

    def place(self, steps: tuple[str | int, ...]) -> Place:
        """Where the value at a path stands, or the nearest one above it."""
        return self.source.place(steps) if self.source else Place(file=str(self.path))


def read_site_file(folder: Path, pack: str) -> SiteFile:
    """The file ``<pack>.yaml`` in the folder of configurations, read; nothing, if there is none.

    Source: StackStorm, ``st2common.bootstrap.configsregistrar``: the name of the file.
    """
    path = folder / f"{pack}.yaml"
    try:
        mode = path.stat().st_mode & 0o777
    except FileNotFoundError:
        return SiteFile(path=path)
    except OSError:
        mode = 0  # reading it says why
    # Only where there is a file: start-up is counted.
    from chatops_cli.reading.file import read_file
    from chatops_cli.reading.source import parse

    data = read_file(str(path), file=str(path))
    if isinstance(data, Problem):
        return SiteFile(path=path, problems=(data,), mode=mode)
    source = parse(data, file=str(path))
    values, problems = _values_of(source)
    return SiteFile(
        path=path, values=values, problems=problems, data=data, mode=mode, source=source
    )


def _values_of(source: "Source") -> tuple[Mapping[str, Json], tuple[Problem, ...]]:
    from chatops_cli.reading.reader import Reader

    problems: list[Problem] = []
    if source.is_empty:
        return {}, ()
    reader = Reader.of_source(source, problems)
    values = {} if reader is None else {key: value.json() for key, value in reader.entries()}
    return values, tuple(problems)
