"""The kinds of files that there are schemas for."""

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.frozen import frozen

if TYPE_CHECKING:
    from chatops_cli.validation.schemas.terms import Schema


@frozen
class Kind:
    """A kind of file: the module of its schema, the files that are of it, and what it is."""

    module: str
    files: str
    about: str


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "pack": Kind(module="pack", files="pack.yaml", about="a pack"),
        "action": Kind(module="action", files="actions/*.yaml", about="an action"),
        "alias": Kind(module="alias", files="aliases/*.yaml", about="an alias"),
        "workflow": Kind(
            module="orquesta", files="actions/workflows/*.yaml", about="a workflow of Orquesta"
        ),
        "chain": Kind(module="chain", files="actions/chains/*.yaml", about="an ActionChain"),
        "rule": Kind(module="rule", files="rules/*.yaml", about="a rule"),
        "policy": Kind(module="policy", files="policies/*.yaml", about="a policy"),
        "config": Kind(
            module="configuration",
            files="config.schema.yaml",
            about="what can be configured of a pack",
        ),
        "settings": Kind(module="settings", files="chatops.yaml", about="the settings"),
    }
)
"""Each kind by its name."""


def schema_of(kind: str) -> "Schema":
    """The schema of a kind of file.

    Raises:
        ChatOpsError: There is no such kind.
    """
    found = KINDS.get(kind)
    if found is None:
        from chatops_cli.reading.value import did_you_mean

        hint = did_you_mean(kind, KINDS) or f"there are {', '.join(KINDS)}"
        raise ChatOpsError(f"there is no schema named {kind!r}", hint=hint)
    from chatops_cli.validation.schemas.terms import whole

    module = import_module(f"chatops_cli.validation.schemas.{found.module}")
    content: Schema = module.schema()
    return whole(f"chatops: {found.about}", content)


def file_of(folder: Path, kind: str) -> Path:
    """Where the schema of a kind is written in a folder."""
    return folder / f"{kind}.json"


def write_schemas(folder: Path) -> Iterator[Path]:
    """Every schema is in the folder, which is made if need be, as ``<kind>.json``.

    Raises:
        ChatOpsError: It can't be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind in KINDS:
            path = file_of(folder, kind)
            path.write_text(json.dumps(schema_of(kind), indent=2) + "\n", encoding="utf-8")
            yield path
    except OSError as error:
        raise ChatOpsError(
            f"{error.filename or folder} can't be written: {error.strerror}",
            hint="name a folder of yours",
        ) from error


def header(path: str) -> str:
    """The line at the top of a file by which editors find its schema.

    Source: github.com/redhat-developer/yaml-language-server, "Using inlined schema".
    """
    return f"# yaml-language-server: $schema={path}"
