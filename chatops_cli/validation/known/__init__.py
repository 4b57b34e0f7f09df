"""What other parts of the program report, given codes: one module a family."""

from types import ModuleType

from chatops_cli.validation.known import (
    action,
    alias,
    configuration,
    pack,
    parameter,
    rule,
    settings,
    template,
    workflow,
    yaml,
)

KNOWN: tuple[ModuleType, ...] = (
    yaml,
    pack,
    action,
    parameter,
    alias,
    template,
    workflow,
    rule,
    configuration,
    settings,
)
"""Each has RULES."""
