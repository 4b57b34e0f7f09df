"""A format gives a parameter that the action doesn't have.

The action refuses what it doesn't know, so whoever types this gets an error in the place of an
answer, each time.

Fails, for `core.remote` has no parameter `host`:

```yaml
# aliases/uptime.yaml
name: uptime
action_ref: core.remote
immutable_parameters: {cmd: uptime}
formats:
  - "uptime of {{host}}"
```

Passes:

```yaml
# aliases/uptime.yaml
name: uptime
action_ref: core.remote
immutable_parameters: {cmd: uptime}
formats:
  - "uptime of {{hosts}}"
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Problem, Severity
from chatops_cli.reading.value import did_you_mean
from chatops_cli.validation.content import Content
from chatops_cli.validation.jinja.marking import key_place

CODE = "ALI101"
NAME = "unknown-format-parameter"
SUMMARY = "a format or immutable_parameters gives a parameter that the action doesn't have"
WHY = "the action refuses to run, whatever is typed"
MEND = "correct the name, or declare the parameter in the action"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each name at each representation, and for each that the alias fixes."""
    for alias in content.aliases:
        known = content.parameters(alias)
        if not known:
            continue  # an action that declares nothing, such as core.noop, takes anything
        given = [(one.representation.place, one.form.names) for one in content.formats_of(alias)]
        given.extend(
            (key_place(alias.place.file, ("immutable_parameters", name)), (name,))
            for name in alias.immutable_parameters
            if name not in known
        )
        for place, names in given:
            for name in names:
                if name not in known:
                    yield Problem(
                        place=place,
                        rule=NAME,
                        message=f"{alias.action_ref} has no parameter {name}",
                        hint=did_you_mean(name, known)
                        or f"{alias.action_ref} takes " + (", ".join(known) or "none"),
                        severity=Severity.ERROR,
                    )
