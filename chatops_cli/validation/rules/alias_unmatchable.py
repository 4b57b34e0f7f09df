r"""No message at all matches a format.

Mostly it is an anchor. Messages are matched with a space at either end, so `^` directly before a
word and `$` directly behind one are never there; without them, a format is anchored by itself.

Fails:

```yaml
# aliases/say.yaml
name: say
action_ref: core.noop
formats:
  - "^say hello$"
```

Passes:

```yaml
# aliases/say.yaml
name: say
action_ref: core.noop
formats:
  - "say hello"
  - "^\\s*say bye\\s*$"
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Problem
from chatops_cli.validation.content import Content

CODE = "ALI109"
NAME = "unmatchable-format"
SUMMARY = "no message matches the format"
WHY = "its command does not exist for anybody"
MEND = "remove ^ and $: a format is the whole message without them"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each representation that its automaton lets nothing through of."""
    if not content.written:
        return
    from chatops_cli.aliases.overlap import takes_nothing

    for one in content.written:
        if one.representation.text and takes_nothing(one.form.tree):
            yield Problem(
                place=one.representation.place,
                rule=NAME,
                message=f"no message matches {one.representation.text!r}",
            )
