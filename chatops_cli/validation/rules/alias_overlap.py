"""A message means two aliases, so the room asks back, and nothing runs.

Decided on the formats themselves, with the shortest message that both take. Formats of all packs
that are loaded are compared, since they share one room, and both places are named. Compared are,
too, messages of which one alias takes the end as a parameter (`env=prod`) and another as words of
its format. A format that overlaps with many others is told of once; one that begins with a
parameter is ALI112's.

Fails:

```yaml
# aliases/deploy.yaml
name: deploy
action_ref: core.echo
formats:
  - "deploy {{message}}"
# aliases/deploy_from.yaml
name: deploy_from
action_ref: core.echo
formats:
  - "deploy from {{message}}"
```

Passes:

```yaml
# aliases/deploy.yaml
name: deploy
action_ref: core.echo
formats:
  - "deploy {{message}}"
# aliases/deploy_from.yaml
name: deploy_from
action_ref: core.echo
formats:
  - "from here deploy {{message}}"
```
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chatops_cli.model.problem import Problem, Severity
from chatops_cli.validation.content import Content

if TYPE_CHECKING:
    from chatops_cli.aliases.overlap import Overlap, Undecided
    from chatops_cli.aliases.table import Entry

CODE = "ALI110"
NAME = "overlap"
SUMMARY = "some message matches formats of two aliases"
WHY = "the room asks back which one is meant, and nothing runs"
MEND = "begin one of them with another word, or let its parameter take less"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each pair of formats; those of one that takes nearly all are another rule's."""
    asked = {one.number for one in content.written}
    if not asked:
        return
    found = content.overlaps
    for verdict in found.undecided:
        yield _undecided(content, verdict)
    for number, pairs in found.many.items():
        if not found.is_open(number):
            yield _many(content, number, pairs)
    for pair in found.single:
        yield _one(content, pair, asked)
    for pair in found.by_pairs:
        yield _by_pair(content, pair, asked)


def _one(content: Content, pair: "Overlap", asked: set[int]) -> Problem:
    here, there = sorted(pair[:2], key=lambda number: (number in asked, number), reverse=True)
    entry, other = content.table.entries[here], content.table.entries[there]
    return _problem(
        entry, f"{pair.message!r} means {_shown(other)}, too{_how_much(content, entry, other)}"
    )


def _by_pair(content: Content, pair: "Overlap", asked: set[int]) -> Problem:
    here, there = sorted(pair[:2], key=lambda number: (number in asked, number), reverse=True)
    entry, other = content.table.entries[here], content.table.entries[there]
    return _problem(
        entry,
        f"{pair.message!r} means {_shown(other)}, too: one of them takes its end as a parameter "
        "that is given as name=value",
    )


def _how_much(content: Content, entry: "Entry", other: "Entry") -> str:
    from chatops_cli.aliases.containment import contains
    from chatops_cli.aliases.preparation import read

    mine, its = (
        read(each.representation.text, strict=content.table.strict).tree for each in (entry, other)
    )
    if contains(its, mine):
        return ", as does every message of this format"
    return ", as does every message of that one" if contains(mine, its) else ""


def _many(content: Content, number: int, pairs: "tuple[Overlap, ...]") -> Problem:
    entry = content.table.entries[number]
    others = [
        content.table.entries[second if first == number else first] for first, second, _ in pairs
    ]
    shortest = min(range(len(pairs)), key=lambda i: (len(pairs[i].message), pairs[i].message))
    return _problem(
        entry,
        f"{pairs[shortest].message!r} means {_shown(others[shortest])}, too, and so on for "
        f"{len(pairs) - 1} more formats of {len({other.alias.ref for other in others})} aliases",
    )


def _shown(entry: "Entry") -> str:
    return f"{entry.alias.ref} ({entry.representation.text}, {entry.representation.place})"


def _problem(entry: "Entry", message: str) -> Problem:
    place = entry.representation.place
    return Problem(place=place, rule=NAME, message=message, severity=Severity.WARNING)


def _undecided(content: Content, verdict: "Undecided") -> Problem:
    entry = content.table.entries[verdict.entries[-1]]
    with_whom = [_shown(content.table.entries[number]) for number in verdict.entries[:-1]]
    said = f"whether it overlaps{' with ' if with_whom else ''}{''.join(with_whom)} is not decided"
    return Problem(
        place=entry.representation.place,
        rule="overlap-undecided",
        message=f"{said}: {verdict.reason}",
        severity=Severity.WARNING,
    )
