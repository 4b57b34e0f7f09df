"""The default that a format has for a parameter is none of the values that the action permits.

Where the value is left out, the action refuses to run: the short form of the command, which most
people type, never works.

Fails:

```yaml
# actions/light.yaml
name: light
runner_type: noop
parameters:
  state: {type: string, enum: ["on", "off"]}
# aliases/light.yaml
name: light
action_ref: demo.light
formats:
  - "light( {{state=up}})?"
```

Passes:

```yaml
# actions/light.yaml
name: light
runner_type: noop
parameters:
  state: {type: string, enum: ["on", "off"]}
# aliases/light.yaml
name: light
action_ref: demo.light
formats:
  - "light( {{state=on}})?"
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Problem
from chatops_cli.validation.content import Content

CODE = "ALI103"
NAME = "default-not-permitted"
SUMMARY = "a format's default for a parameter is not in the action's enum"
WHY = "where the value is left out, the action refuses to run"
MEND = "write one of the permitted values"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each default that is a plain text and no permitted value."""
    for one in content.written:
        known = content.parameters(one.alias) or {}
        for name, default in one.form.defaults:
            permitted = known[name].enum if name in known else ()
            if not permitted or not default or "{{" in default:
                continue
            texts = [str(value) for value in permitted]
            others = {str(value).lower() for value in permitted if not isinstance(value, str)}
            if default not in texts and default.lower() not in others:
                yield Problem(
                    place=one.representation.place,
                    rule=NAME,
                    message=f"{default!r} is no value that {one.alias.action_ref} permits "
                    f"for {name}",
                    hint=f"permitted are {', '.join(texts)}",
                )
