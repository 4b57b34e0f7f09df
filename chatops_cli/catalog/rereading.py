"""What would be said of a file of a pack if it held another text."""

from chatops_cli.catalog.build import kind_of, read_content
from chatops_cli.catalog.folder import MANIFEST
from chatops_cli.catalog.pack_file import read_pack
from chatops_cli.catalog.row import PLACES
from chatops_cli.catalog.stamps import CONFIG_SCHEMA
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Place, Problem
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse


def problems_of(data: bytes, name: str, pack: Pack) -> tuple[Problem, ...]:
    """What reading the file alone finds, in its YAML and in what it means for the pack.

    Args:
        data: The text that it would hold.
        name: The file's name in the pack's folder.
        pack: The pack that it belongs to.
    """
    source = parse(data, file=name)
    is_other = name not in (MANIFEST, CONFIG_SCHEMA) and name.partition("/")[0] not in PLACES
    if is_other or name.count("/") > 1:
        return source.problems
    problems: list[Problem] = []
    reader = Reader.of_source(source, problems)
    if name == MANIFEST:
        read_pack(reader, path=pack.path, folder=pack.ref, place=Place(file=name))
    elif reader is not None:
        read_content(kind_of(name), reader, pack)
    return tuple(problems)
