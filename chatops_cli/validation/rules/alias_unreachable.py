"""A representation is never the one that is taken.

Of the formats of one alias, the one that fixes the most of the message wins, and of those that fix
as much, the first. Here an earlier one takes every message that this one would.

Fails:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - display: "say {{message}}"
    representation:
      - "(say|tell) {{message}}"
      - "say {{message}}"
```

Passes:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - display: "say {{message}}"
    representation:
      - "(say|tell) {{message}}"
      - "say {{message}} please"
```
"""

from collections.abc import Iterator
from math import inf

from chatops_cli.aliases.characters import QUOTES, Ranges, of
from chatops_cli.aliases.tree import (
    Chars,
    Choice,
    Node,
    Repeat,
    Sequence,
    Text,
    is_closed,
    weight,
)
from chatops_cli.model.problem import Problem, Severity
from chatops_cli.validation.content import Content, Written

CODE = "ALI106"
NAME = "unreachable-representation"
SUMMARY = "an earlier representation of the alias takes every message of this one"
WHY = "it has no effect: its defaults and parameters never count"
MEND = "remove it, or put it first"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each representation that another of its alias stands before."""
    for alias in content.aliases:
        formats = content.formats_of(alias)
        for number, one in enumerate(formats):
            earlier = next((each for each in formats[:number] if _wins(each, one)), None)
            if earlier is not None:
                yield Problem(
                    place=one.representation.place,
                    rule=NAME,
                    message=f"it is never taken: all that it matches is taken by line "
                    f"{earlier.representation.place.line}, {earlier.representation.text!r}",
                    severity=Severity.WARNING,
                )


def _wins(earlier: Written, later: Written) -> bool:
    if earlier.format.match_multiple or later.format.match_multiple:
        return False
    wide, narrow = earlier.form.tree, later.form.tree
    if any(quote in later.representation.text for quote in QUOTES):
        return False
    from chatops_cli.aliases.containment import contains

    at_most = _most(narrow) if is_closed(narrow) else weight(narrow)
    return weight(wide) >= at_most and contains(wide, narrow)


def _most(node: Node) -> float:
    """The number of characters that it fixes at most; see `tree.weight`."""
    match node:
        case Text(text=text):
            most: float = sum(not c.isspace() for c in text)
        case Chars(ranges=ranges):
            most = 0 if _is_quote(ranges) else 1
        case Choice(items=items):
            most = max(map(_most, items))
        case Repeat(item=Chars(ranges=ranges), high=None) if all(
            chr(low).isspace() for low, _ in ranges
        ):
            most = 0
        case Repeat(item=item, high=high):
            inside = _most(item)
            most = inside * (inf if high is None else high) if inside else 0
        case Sequence(items=items):
            most = sum(map(_most, items))
        case _:
            most = 0
    return most


def _is_quote(ranges: Ranges) -> bool:
    return ranges == of(QUOTES)
