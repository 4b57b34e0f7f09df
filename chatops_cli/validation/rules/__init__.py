"""Rules that are checked here, one a module: `check(content)` yields problems.

A module has CODE, NAME, SUMMARY, WHY and MEND; its docstring is the documentation.
"""

from types import ModuleType

from chatops_cli.validation.rules import (
    alias_backtracking,
    alias_braces,
    alias_default_value,
    alias_display,
    alias_fixed_parameter,
    alias_literal,
    alias_overlap,
    alias_ungiven_parameter,
    alias_unknown_parameter,
    alias_unmatchable,
    alias_unreachable,
    security_any_address,
    security_any_command,
    security_printed_secret,
    security_secret_value,
    security_shell_line,
    security_token,
    template_extra,
    template_failing,
    template_field,
    template_filter,
    template_method,
    template_name,
    template_parameter,
    template_split,
    template_syntax,
)

CHECKED: tuple[ModuleType, ...] = (
    alias_unknown_parameter,
    alias_ungiven_parameter,
    alias_default_value,
    alias_fixed_parameter,
    alias_display,
    alias_unreachable,
    alias_braces,
    alias_literal,
    alias_unmatchable,
    alias_overlap,
    alias_backtracking,
    security_shell_line,
    security_any_command,
    security_any_address,
    template_syntax,
    template_filter,
    template_name,
    template_field,
    template_parameter,
    template_split,
    template_method,
    template_extra,
    template_failing,
    security_printed_secret,
    security_secret_value,
    security_token,
)
