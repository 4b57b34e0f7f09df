"""An answer reads a parameter that the action doesn't have.

Neither the action nor its runner declares it, so it never has a value. What a template asks for
first (`is defined`, `default`, `'name' in execution.parameters`, a condition) is passed over.

Fails:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - "say {{message}}"
ack:
  format: "Saying {{ execution.parameters.text }}"
```

Passes:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - "say {{message}}"
ack:
  format: "Saying {{ execution.parameters.message }}"
```
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from chatops_cli.model.action import Parameter
from chatops_cli.model.problem import Problem
from chatops_cli.reading.value import did_you_mean
from chatops_cli.validation.content import Content
from chatops_cli.validation.jinja.template import PackTemplate
from chatops_cli.validation.jinja.tokens import find_sequence

if TYPE_CHECKING:
    from chatops_cli.validation.jinja.access import Access

CODE = "TPL105"
NAME = "undeclared-parameter"
SUMMARY = "an answer reads a parameter that the action doesn't have"
WHY = "nothing is written in its place"
MEND = "correct the name, or declare the parameter in the action"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each such parameter in each template, where it is first read."""
    for template in content.templates:
        known = content.parameters(template.alias) if template.alias is not None else None
        if known and template.kind.is_answer:
            yield from _of(template, known)


def parameter_of(access: "Access") -> "Access | None":
    """The path up to a parameter's name; None where it is no parameter of the execution."""
    keys = access.keys
    if keys[:2] == ("execution", "parameters"):
        size = 2
    elif keys[:3] == ("execution", "liveaction", "parameters"):
        size = 3
    else:
        return None
    return access.part(size) if len(access.steps) >= size else None


def _of(template: PackTemplate, known: Mapping[str, Parameter]) -> Iterator[Problem]:
    from chatops_cli.validation.jinja.analysis import is_method

    found = template.analysis
    told: set[str] = set()
    for access in found.accesses:
        path = parameter_of(access) if "execution" not in found.assigned else None
        if path is None or path.keys[-1] in known or found.is_guarded(path.keys):
            continue
        name = path.keys[-1]
        if name in told or (path.steps[-1].is_attribute and is_method(name)):
            continue
        told.add(name)
        yield template.problem(
            NAME,
            find_sequence(found.tokens, path.words, path.line),
            f"{template.name} reads the parameter {name}, which "
            f"{template.action.ref if template.action else 'the action'} doesn't have",
            did_you_mean(name, known),
            is_error=False,
        )
