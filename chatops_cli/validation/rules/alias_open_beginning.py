"""A format that begins with a parameter takes messages that are meant for many others.

Whatever stands before its own words is its parameter's, so that it overlaps with most formats whose
last parameter is a text. It is told of once, at its own place, or, where it is in a pack that isn't
asked about, at the first format that it takes messages from.

Fails:

```yaml
# aliases/who.yaml
name: who
action_ref: core.echo
formats:
  - "{{message}} on call"
# aliases/others.yaml
name: others
action_ref: core.echo
formats:
  - "say {{message}}"
  - "tell {{message}}"
  - "write {{message}}"
  - "print {{message}}"
```

Passes:

```yaml
# aliases/who.yaml
name: who
action_ref: core.echo
formats:
  - "rota {{message}} on call"
# aliases/others.yaml
name: others
action_ref: core.echo
formats:
  - "say {{message}}"
  - "tell {{message}}"
  - "write {{message}}"
  - "print {{message}}"
```
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chatops_cli.model.problem import Problem, Severity
from chatops_cli.validation.content import Content

if TYPE_CHECKING:
    from chatops_cli.aliases.overlap import Overlap

CODE = "ALI112"
NAME = "open-beginning"
SUMMARY = "a format that begins with a parameter takes messages that are meant for many others"
WHY = "for all of these messages the room asks back which one is meant, and nothing runs"
MEND = "begin it with a word of its own"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each such format."""
    asked = {one.number for one in content.written}
    if not asked:
        return
    for number, pairs in content.overlaps.many.items():
        if content.overlaps.is_open(number):
            yield _problem(content, number, pairs, is_asked=number in asked)


def _problem(
    content: Content, number: int, pairs: "tuple[Overlap, ...]", *, is_asked: bool
) -> Problem:
    entries = content.table.entries
    entry = entries[number]
    others = [entries[b if a == number else a] for a, b, _ in pairs]
    shortest = min(range(len(pairs)), key=lambda i: (len(pairs[i].message), pairs[i].message))
    aliases = len({other.alias.ref for other in others})
    count = f"{len(pairs)} formats of {aliases} alias{'es' * (aliases != 1)}"
    own, other = entry.representation, others[shortest].representation
    if is_asked:
        place = own.place
        message = (
            f"it takes messages of {count}: {pairs[shortest].message!r} means "
            f"{others[shortest].alias.ref} ({other.text}, {other.place}), too"
        )
    else:
        place = other.place
        message = (
            f"{entry.alias.ref} ({own.text}, {own.place}) takes messages of {count} here: "
            f"{pairs[shortest].message!r} means it, too"
        )
    return Problem(place=place, rule=NAME, message=message, severity=Severity.WARNING)
