"""A pack's site configuration: what a site says, above the defaults of the pack's schema.

Source: StackStorm, ``st2common.util.config_loader``: defaults are merged in, those of nested
objects too.
"""

from collections.abc import Mapping
from pathlib import Path

from chatops_cli.errors import SettingsError
from chatops_cli.model.action import Parameter
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.problem import Problem, Severity


def read_configuration(
    pack: str, parameters: Mapping[str, Parameter], folder: Path | None
) -> dict[str, Json]:
    """The configuration of `pack`: `<folder>/<pack>.yaml`, if there is one, above the defaults.

    Args:
        pack: Its ref.
        parameters: What its schema declares, by key.
        folder: Where configurations are, None where the settings name no folder.

    Raises:
        SettingsError: The file is there and can't be read.
    """
    file = folder / f"{pack}.yaml" if folder is not None else None
    given = read_values(file) if file is not None and file.is_file() else {}
    schemas = {
        name: {**p.schema, "default": p.default} if p.has_default else p.schema
        for name, p in parameters.items()
    }
    return with_defaults(given, schemas)


def read_values(file: Path) -> JsonObject:
    """What a configuration file says; nothing, where it is empty."""
    from chatops_cli.reading.file import read_file
    from chatops_cli.reading.reader import Reader
    from chatops_cli.reading.source import parse

    data = read_file(str(file), file=str(file))
    problems: list[Problem] = []
    values: dict[str, Json] = {}
    if isinstance(data, Problem):
        problems.append(data)
    else:
        source = parse(data, file=str(file))
        reader = None if source.is_empty else Reader.of_source(source, problems)
        if reader is not None:
            values = {key: value.json() for key, value in reader.entries()}
    errors = [str(problem) for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise SettingsError("\n".join(errors))
    return values


def with_defaults(values: JsonObject, schemas: Mapping[str, JsonObject]) -> dict[str, Json]:
    """The values, and the defaults of what they leave out, in nested objects too."""
    result = dict(values)
    for name, schema in schemas.items():
        properties = schema.get("properties")
        if isinstance(properties, dict):
            given = result.get(name)
            if given is None or isinstance(given, dict):
                nested = {key: item for key, item in properties.items() if isinstance(item, dict)}
                merged = with_defaults(given or {}, nested)
                if merged or given is not None:
                    result[name] = merged
        if result.get(name) is None and "default" in schema:
            result[name] = schema["default"]
    return result
