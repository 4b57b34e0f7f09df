"""An answer writes a secret parameter.

Templates never see its value: the room shows `********` in its place. In StackStorm, and wherever
else the alias is used, the value itself may be shown. To ask whether it was given
(`if execution.parameters.password`), or how long it is, writes nothing of it.

Fails:

```yaml
# actions/login.yaml
name: login
runner_type: noop
parameters:
  user: {type: string}
  password: {type: string, secret: true}
# aliases/login.yaml
name: login
action_ref: demo.login
formats:
  - "login {{user}}"
ack:
  format: "{{ execution.parameters.user }} with {{ execution.parameters.password }}"
```

Passes:

```yaml
# actions/login.yaml
name: login
runner_type: noop
parameters:
  user: {type: string}
  password: {type: string, secret: true}
# aliases/login.yaml
name: login
action_ref: demo.login
formats:
  - "login {{user}}"
ack:
  format: >-
    {{ execution.parameters.user }}
    with{{ '' if execution.parameters.password else 'out' }} password
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Problem
from chatops_cli.model.secret import MASK
from chatops_cli.validation.content import Content
from chatops_cli.validation.jinja.template import PackTemplate
from chatops_cli.validation.jinja.tokens import find_sequence
from chatops_cli.validation.rules.template_parameter import parameter_of

CODE = "SEC101"
NAME = "written-secret"
SUMMARY = "an answer writes a secret parameter"
WHY = "the room shows asterisks, which help nobody; other programs may show the value"
MEND = "leave it out of the answer"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each secret in each template, where it is first written."""
    for template in content.templates:
        known = content.parameters(template.alias) if template.alias is not None else None
        if known and template.kind.is_answer:
            secrets = frozenset(name for name, parameter in known.items() if parameter.secret)
            yield from _of(template, secrets)


def _of(template: PackTemplate, secrets: frozenset[str]) -> Iterator[Problem]:
    found = template.analysis
    if not secrets or "execution" in found.assigned:
        return
    told: set[str] = set()
    for access in found.accesses:
        path = parameter_of(access) if access.is_written else None
        name = path.keys[-1] if path is not None else ""
        if path is None or name not in secrets or name in told:
            continue
        told.add(name)
        yield template.problem(
            NAME,
            find_sequence(found.tokens, path.words, path.line),
            f"{template.name} writes the secret {name}; the room shows {MASK} in its place",
            is_error=False,
        )
