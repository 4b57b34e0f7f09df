"""The model as JSON text and back, without places' files: a record is of one file of one pack."""

import json
from typing import Any, TypeAlias

from chatops_cli.model.action import Action, ActionRef, Parameter
from chatops_cli.model.alias import Ack, Alias, Format, Representation, Result
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Place

# What json.loads gives; a record that isn't of its shape raises KeyError, TypeError or ValueError.
_Loaded: TypeAlias = Any


def pack_action(action: Action) -> str:
    """An action as a record."""
    return dump(
        {
            "name": action.name,
            "place": pack_place(action.place),
            "runner_type": action.runner_type,
            "entry_point": action.entry_point,
            "enabled": action.enabled,
            "description": action.description,
            "parameters": [_pack_parameter(p) for p in action.parameters.values()],
            "notify": action.notify,
            "output_schema": action.output_schema,
            "tags": action.tags,
            "queue": action.queue,
            "is_idempotent": action.is_idempotent,
        }
    )


def unpack_action(record: str, pack: Pack, file: str) -> Action:
    """An action out of its record.

    Raises:
        KeyError, TypeError, ValueError: It isn't one.
    """
    found: _Loaded = json.loads(record)
    return Action(
        ref=ActionRef(f"{pack.ref}.{found['name']}"),
        pack=pack.ref,
        name=found["name"],
        runner_type=found["runner_type"],
        pack_path=pack.path,
        place=read_place(found["place"], file),
        entry_point=found["entry_point"],
        enabled=found["enabled"],
        description=found["description"],
        parameters=_unpack_parameters(found["parameters"]),
        notify=found["notify"],
        output_schema=found["output_schema"],
        tags=tuple(found["tags"]),
        queue=found["queue"],
        is_idempotent=found["is_idempotent"],
    )


def pack_config(parameters: "dict[str, Parameter]") -> str:
    """A configuration schema as a record."""
    return dump([_pack_parameter(parameter) for parameter in parameters.values()])


def unpack_config(record: str) -> dict[str, Parameter]:
    """A configuration schema out of its record.

    Raises:
        KeyError, TypeError, ValueError: It isn't one.
    """
    return _unpack_parameters(json.loads(record))


def pack_alias(alias: Alias) -> str:
    """An alias as a record."""
    ack, result = alias.ack, alias.result
    return dump(
        {
            "name": alias.name,
            "place": pack_place(alias.place),
            "action_ref": alias.action_ref,
            "description": alias.description,
            "enabled": alias.enabled,
            "formats": [_pack_format(found) for found in alias.formats],
            "ack": [ack.enabled, ack.format, ack.append_url, ack.extra, pack_place(ack.place)],
            "result": [result.enabled, result.format, result.extra, pack_place(result.place)],
            "immutable_parameters": alias.immutable_parameters,
            "extra": alias.extra,
            "queue": alias.queue,
        }
    )


def unpack_alias(record: str, pack: Pack, file: str) -> Alias:
    """An alias out of its record.

    Raises:
        KeyError, TypeError, ValueError: It isn't one.
    """
    found: _Loaded = json.loads(record)
    ack, result = found["ack"], found["result"]
    return Alias(
        ref=f"{pack.ref}.{found['name']}",
        pack=pack.ref,
        name=found["name"],
        action_ref=ActionRef(found["action_ref"]),
        formats=tuple(_unpack_format(one, file) for one in found["formats"]),
        place=read_place(found["place"], file),
        description=found["description"],
        enabled=found["enabled"],
        ack=Ack(
            enabled=ack[0],
            format=ack[1],
            append_url=ack[2],
            extra=ack[3],
            place=read_place(ack[4], file) if ack[4] else None,
        ),
        result=Result(
            enabled=result[0],
            format=result[1],
            extra=result[2],
            place=read_place(result[3], file) if result[3] else None,
        ),
        immutable_parameters=found["immutable_parameters"],
        extra=found["extra"],
        queue=found["queue"],
    )


def pack_pack(pack: Pack) -> str:
    """A pack as a record."""
    return dump(
        {
            "ref": pack.ref,
            "name": pack.name,
            "path": pack.path,
            "file": pack.place.file,
            "place": pack_place(pack.place),
            "description": pack.description,
            "version": pack.version,
            "author": pack.author,
            "email": pack.email,
            "keywords": pack.keywords,
            "python_versions": pack.python_versions,
            "dependencies": pack.dependencies,
        }
    )


def unpack_pack(record: str) -> Pack:
    """A pack out of its record.

    Raises:
        KeyError, TypeError, ValueError: It isn't one.
    """
    found: _Loaded = json.loads(record)
    return Pack(
        ref=found["ref"],
        name=found["name"],
        path=found["path"],
        place=read_place(found["place"], found["file"]),
        description=found["description"],
        version=found["version"],
        author=found["author"],
        email=found["email"],
        keywords=tuple(found["keywords"]),
        python_versions=tuple(found["python_versions"]),
        dependencies=tuple(found["dependencies"]),
    )


def unpack_place(record: str, file: str) -> Place:
    """Where what a record holds starts in its file."""
    found: _Loaded = json.loads(record)
    return read_place(found["place"], file)


def _pack_parameter(parameter: Parameter) -> list[object]:
    return [
        parameter.name,
        parameter.schema,
        parameter.description,
        parameter.required,
        [parameter.default] if parameter.has_default else [],
        parameter.secret,
        parameter.immutable,
        parameter.position,
    ]


def _unpack_parameters(found: _Loaded) -> dict[str, Parameter]:
    return {
        name: Parameter(
            name=name,
            schema=schema,
            description=description,
            required=required,
            default=default[0] if default else None,
            has_default=bool(default),
            secret=secret,
            immutable=immutable,
            position=position,
        )
        for name, schema, description, required, default, secret, immutable, position in found
    }


def _pack_format(found: Format) -> list[object]:
    texts = [[text.text, pack_place(text.place)] for text in found.representations]
    return [found.display, texts, found.match_multiple]


def _unpack_format(found: _Loaded, file: str) -> Format:
    display, texts, match_multiple = found
    return Format(
        display=display,
        representations=tuple(
            Representation(text=text, place=read_place(place, file)) for text, place in texts
        ),
        match_multiple=match_multiple,
    )


def pack_place(place: Place | None) -> list[int]:
    """Line and column, nothing for no place."""
    return [place.line, place.column] if place is not None else []


def read_place(found: _Loaded, file: str) -> Place:
    """A place out of line and column."""
    line, column = found
    return Place(file=file, line=line, column=column)


# Made once: json.dumps makes one for every call that asks for separators.
dump = json.JSONEncoder(separators=(",", ":")).encode
"""A value as short JSON."""
