"""What the matcher says about a message, for eyes and for scripts."""

import json
from typing import TYPE_CHECKING

from chatops_cli.aliases.explanation_lines import lines_of
from chatops_cli.aliases.outcome import Ambiguous, Matched, Outcome, Refused, Unmatched
from chatops_cli.cli.output import print_json, print_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chatops_cli.aliases.explain import Explanation
    from chatops_cli.aliases.table import AliasTable
    from chatops_cli.model.json import Json


def show_match(text: str, outcome: Outcome, table: "AliasTable") -> None:
    """The answer for one message, on a few lines."""
    match outcome:
        case Matched() as found:
            print_text(f"{found.alias.ref}: {found.format.display} -> {found.alias.action_ref}")
            for parameters in found.parameters:
                for name, value in parameters.items():
                    print_text(f"  {name} = {json.dumps(value, ensure_ascii=False)}")
        case Ambiguous(candidates=candidates):
            print_text(f"{len(candidates)} aliases match, so nothing would run:")
            for each in candidates:
                print_text(f"  {each.alias.ref}: {each.format.display}")
        case Refused(reason=why):
            print_text(f"refused: {why}")
        case Unmatched():
            show_nearest(text, table)


def show_nearest(text: str, table: "AliasTable") -> None:
    """What comes nearest, and where the message departs from it."""
    from chatops_cli.aliases.nearest import nearest
    from chatops_cli.room.wording import departs

    print_text("no alias matches")
    for each in nearest(text, table):
        note = departs(text, each.offset, each.expected)
        print_text(f"  near: {each.alias.ref}: {each.display}" + (f"  ({note})" if note else ""))


def match_json(text: str, outcome: Outcome, table: "AliasTable") -> "dict[str, Json]":
    """The answer with stable keys; docs/json.md has them."""
    value: dict[str, Json] = {"message": text}
    match outcome:
        case Matched() as found:
            executions: list[Json] = [dict(parameters) for parameters in found.parameters]
            return value | {
                "outcome": "matched",
                "alias": found.alias.ref,
                "action": found.alias.action_ref,
                "format": found.format.display,
                "representation": found.representation.text,
                "parameters": executions[0],
                "executions": executions,
            }
        case Ambiguous(candidates=candidates):
            listed: list[Json] = [
                {
                    "alias": each.alias.ref,
                    "format": each.format.display,
                    "parameters": dict(each.parameters[0]),
                }
                for each in candidates
            ]
            return value | {"outcome": "ambiguous", "candidates": listed}
        case Refused(reason=why):
            return value | {"outcome": "refused", "reason": why}
        case Unmatched():
            return value | {"outcome": "none", "nearest": nearest_json(text, table)}


def nearest_json(text: str, table: "AliasTable") -> "list[Json]":
    """The nearest aliases; `offset` counts characters from 0, `score` is in per cent."""
    from chatops_cli.aliases.nearest import nearest

    return [
        {
            "alias": each.alias.ref,
            "format": each.display,
            "score": each.score,
            "offset": each.offset,
            "expected": each.expected,
        }
        for each in nearest(text, table)
    ]


def show_explanations(explanations: "Iterable[Explanation]", *, as_json: bool) -> None:
    """Step by step, format by format, why a message matches or doesn't."""
    for each in explanations:
        if as_json:
            print_json(explanation_json(each))
            continue
        for text in lines_of(each):
            print_text(text)


def explanation_json(explanation: "Explanation") -> "dict[str, Json]":
    """One format's explanation with stable keys."""
    return {
        "alias": explanation.alias,
        "format": explanation.display,
        "representation": explanation.representation,
        "matches": explanation.matches,
        "steps": [
            {"kind": step.kind, "says": step.says, "facts": dict(step.facts)}
            for step in explanation.steps
        ],
    }
