"""A format takes a value for a parameter that is fixed.

What people type there has no effect, or the action refuses it.

Fails:

```yaml
# actions/tell.yaml
name: tell
runner_type: noop
parameters:
  room: {type: string}
# aliases/tell.yaml
name: tell
action_ref: demo.tell
immutable_parameters: {room: ops}
formats:
  - "tell {{room}}"
```

Passes:

```yaml
# actions/tell.yaml
name: tell
runner_type: noop
parameters:
  room: {type: string}
# aliases/tell.yaml
name: tell
action_ref: demo.tell
formats:
  - "tell {{room}}"
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Problem
from chatops_cli.validation.content import Content

CODE = "ALI104"
NAME = "fixed-format-parameter"
SUMMARY = "a format gives a parameter that the alias or the action fixes"
WHY = "what is typed there has no effect, or is refused"
MEND = "take it out of the format, or don't fix it"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each such parameter at each representation."""
    for one in content.written:
        known = content.parameters(one.alias) or {}
        for name in one.form.names:
            by_alias = name in one.alias.immutable_parameters
            if by_alias or (name in known and known[name].immutable):
                who = "immutable_parameters of this alias" if by_alias else one.alias.action_ref
                yield Problem(
                    place=one.representation.place,
                    rule=NAME,
                    message=f"{name} is fixed by {who}, and can't be given in a format",
                )
