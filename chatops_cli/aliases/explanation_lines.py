"""Explanations of messages in lines of text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatops_cli.aliases.explain import Explanation


def lines_of(explanation: "Explanation") -> Iterator[str]:
    """What one format makes of a message, step by step."""
    verdict = "match" if explanation.matches else "no"
    yield f"{verdict}: {explanation.alias}: {explanation.display}"
    if explanation.representation != explanation.display:
        yield f"  format: {explanation.representation}"
    for step in explanation.steps:
        yield f"  - {step.says}"
