"""A parameter that the action requires is given by no format.

People can add `name=value` at the end of what they type, which nobody guesses; a secret parameter,
or one of the runner's, can't even be given so.

Fails:

```yaml
# actions/greet.yaml
name: greet
runner_type: noop
parameters:
  who: {type: string, required: true}
  how: {type: string, required: true}
# aliases/greet.yaml
name: greet
action_ref: demo.greet
formats:
  - "greet {{who}}"
```

Passes:

```yaml
# actions/greet.yaml
name: greet
runner_type: noop
parameters:
  who: {type: string, required: true}
  how: {type: string, required: true}
# aliases/greet.yaml
name: greet
action_ref: demo.greet
immutable_parameters: {how: loudly}
formats:
  - "greet {{who}}"
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Problem, Severity
from chatops_cli.room.world_opening import settable_of
from chatops_cli.validation.content import Content

CODE = "ALI102"
NAME = "ungiven-parameter"
SUMMARY = "a parameter that the action requires is given by no format of the alias"
WHY = "the action refuses to run without it"
MEND = "put it into a format, into immutable_parameters, or give the action a default"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each such parameter: an error where nothing at all can give it."""
    for alias in content.aliases:
        formats = content.formats_of(alias)
        known = content.parameters(alias) or {}
        given = {name for one in formats for name in one.form.names}
        given.update(alias.immutable_parameters)
        missing = [p for p in known.values() if p.required and p.default is None]
        for parameter in missing:
            if parameter.name in given or not formats:
                continue
            settable = settable_of(alias, content.world.catalog, content.world.settings)
            can_be_given = parameter.name in settable
            said = f"{alias.action_ref} requires {parameter.name}, which no format gives"
            yield Problem(
                place=formats[0].representation.place,
                rule=NAME,
                message=f"{said}; only {parameter.name}=... at the end of a message does"
                if can_be_given
                else said,
                severity=Severity.WARNING if can_be_given else Severity.ERROR,
            )
