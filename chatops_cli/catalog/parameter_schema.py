"""One parameter of an action or of a pack's configuration: JSON Schema with StackStorm's words."""

from chatops_cli.catalog.schema_keywords import KEYWORDS, read_keywords, read_required
from chatops_cli.model.action import Parameter
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.value import Value


def read_parameters(reader: Reader | None) -> dict[str, Parameter]:
    """The parameters of a mapping from name to schema, in file order.

    Source: StackStorm, ``st2common.util.schema``: names are words, and the schema is JSON Schema
        draft 4 with a boolean ``required``, ``secret``, ``immutable`` and ``position``.
    """
    if reader is None:
        return {}
    parameters = {}
    for name, schema in reader.entries():
        if not name.replace("_", "a").isalnum():
            reader.report(
                "parameter-name",
                f"{reader.path(name)!r} is no parameter's name",
                key=name,
                hint="use letters, digits and underscores",
            )
        parameters[name] = read_parameter(name, schema)
    return parameters


def read_parameter(name: str, value: Value) -> Parameter:
    """One parameter. Of a broken schema, what can be read counts; a broken secret is secret."""
    reader = Reader.of(value)
    if reader is None:
        return Parameter(name=name)
    has_default = reader.has("default")
    schema, required = read_required(reader)
    schema.update(read_keywords(reader))
    parameter = Parameter(
        name=name,
        schema=schema,
        description=reader.text("description"),
        required=required,
        default=reader.json("default"),
        has_default=has_default,
        secret=reader.flag("secret", default=False, broken=True),
        immutable=reader.flag("immutable", default=False, broken=True),
        position=reader.integer("position", minimum=0),
    )
    reader.finish(known=KEYWORDS.keys())
    return parameter
