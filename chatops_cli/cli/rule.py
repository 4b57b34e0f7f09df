"""`chatops rule`: explain what `chatops validate` can find."""

from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.completion import rule_codes
from chatops_cli.cli.options import AsJson
from chatops_cli.cli.output import print_json, print_table, print_text
from chatops_cli.errors import ExitCode

if TYPE_CHECKING:
    from chatops_cli.model.json import Json
    from chatops_cli.validation.rule import Rule

FIXABLE = "'chatops validate --fix' does it where that is safe"

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog="""Examples:

chatops rule

chatops rule ALI101

chatops rule missing-action --json
"""
)
def rule(
    *,
    code: Annotated[
        str,
        typer.Argument(
            help="A code or a name; without one, all are listed.",
            autocompletion=rule_codes,
            metavar="[CODE]",
            show_default=False,
        ),
    ] = "",
    as_json: AsJson = False,
) -> int:
    """Explain a rule: what is wrong, why that matters, what to do; and what fails and passes."""
    from chatops_cli.validation.registry import all_rules, find_rule

    shown = [find_rule(code)] if code else list(all_rules())
    if as_json:
        for each in shown:
            print_json(json_of(each))
    elif code:
        print_text(page_of(shown[0]))
    else:
        rows = [(each.code, each.name, each.summary) for each in shown]
        print_table(("code", "rule", "what is wrong"), rows)
    return ExitCode.OK


def json_of(rule: "Rule") -> "dict[str, Json]":
    """A rule with stable keys."""
    return {
        "code": rule.code,
        "rule": rule.name,
        "family": rule.family,
        "summary": rule.summary,
        "why": rule.why,
        "mend": rule.mend,
        "is_fixable": rule.fix is not None,
        "documentation": rule.documentation,
    }


def page_of(rule: "Rule") -> str:
    """A rule as text."""
    lines = [
        f"{rule.code}  {rule.name} ({rule.family})",
        "",
        f"what: {rule.summary}",
        f"why:  {rule.why}",
        f"mend: {rule.mend}",
    ]
    lines += [f"fix:  {FIXABLE}"] if rule.fix is not None else []
    return "\n".join([*lines, "", rule.documentation] if rule.documentation else lines)
