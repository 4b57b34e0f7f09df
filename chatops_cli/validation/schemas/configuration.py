"""``config.schema.yaml`` of a pack: the parameters of its configuration."""

from chatops_cli.validation.schemas.parameter import definitions, parameter
from chatops_cli.validation.schemas.terms import Schema, named


def schema() -> Schema:
    """What a site can configure of a pack."""
    found = named("What can be configured, by name.", parameter(), names=r"^\w+$", required=True)
    return found | definitions()
