"""A template uses a name that it can't have.

An answer sees `execution`, and `alias` (a result) or `actionalias` (an ack); parameters and results
are inside of `execution`. A default sees the other parameters, `action_context`, `config_context`
and `st2kv`. What a template asks for first (`is defined`, `default`, a condition) is passed over.

Fails:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - "say {{message}}"
ack:
  format: "Saying {{ message }}"
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

from collections.abc import Iterator

from chatops_cli.execution.defaults import DATASTORE
from chatops_cli.model.problem import Problem
from chatops_cli.reading.value import did_you_mean
from chatops_cli.rendering.datastore import SCOPES
from chatops_cli.validation.content import Content
from chatops_cli.validation.jinja.template import Kind, PackTemplate
from chatops_cli.validation.jinja.tokens import find_sequence

CODE = "TPL103"
NAME = "undefined-name"
SUMMARY = "a template uses a name that it can't have"
WHY = "an answer lacks what is meant to stand there; a default or a rule fails"
MEND = "correct the name, or ask for it first: name is defined, name | default('…')"

# What Jinja itself defines: in loops, macros and blocks.
_OF_JINJA = frozenset({"loop", "caller", "varargs", "kwargs", "self", "super"})
_ELSEWHERE = {"alias": "actionalias", "actionalias": "alias"}


def check(content: Content) -> Iterator[Problem]:
    """A problem for each such name in each template, where it is first used."""
    for template in content.templates:
        if template.names is not None:
            parameters = content.parameters_of(template.action) if template.action else None
            yield from _of(template, template.names, frozenset(parameters or ()))


def undefined(template: PackTemplate) -> dict[str, int]:
    """The names that a template can't have, each with the line where it is first read."""
    found, known = template.analysis, template.names
    if known is None:
        return {}
    own = template.sandbox.globals.keys() | found.assigned | known | _OF_JINJA
    return {
        access.root: access.line
        for access in reversed(found.accesses)
        if access.root not in own and not found.is_guarded((access.root,))
    }


def _of(
    template: PackTemplate, names: frozenset[str], parameters: frozenset[str]
) -> Iterator[Problem]:
    for name, line in undefined(template).items():
        yield template.problem(
            NAME,
            find_sequence(template.analysis.tokens, (name,), line),
            f"{template.name} uses {name}, which it can't have there",
            _hint(template, name, names, parameters),
            # Elsewhere than in answers an undefined name is an error.
            is_error=not template.kind.is_answer,
        )


def _hint(
    template: PackTemplate, name: str, names: frozenset[str], parameters: frozenset[str]
) -> str | None:
    if template.kind.is_answer:
        if name in _ELSEWHERE:
            return f"in {template.kind} it is called {_ELSEWHERE[name]}"
        if name in parameters:
            return f"did you mean execution.parameters.{name}?"
    if template.kind is Kind.NOTICE and name in parameters:
        return f"did you mean action_parameters.{name}?"
    if name in SCOPES and DATASTORE in names:
        # Its name before StackStorm 2.1; only rules have it still.
        return f"did you mean {DATASTORE}.{name}?"
    return did_you_mean(name, names)
