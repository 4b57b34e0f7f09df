"""A template fails with what it will see.

It is rendered with a sample: what the runner answers, what the `output_schema` promises, the alias
itself, once as succeeded and once as failed. What isn't known beforehand stays unknown whatever is
done to it, so that a failure is one of the template. What other rules say of the same template
(syntax, filters, names and keys that there aren't) comes first.

Fails, for a number can't be added to a text:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - "say {{message}}"
result:
  format: "{{ 'It ended with ' + execution.result.return_code }}"
```

Passes:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - "say {{message}}"
result:
  format: "{{ 'It ended with ' ~ execution.result.return_code }}"
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Problem
from chatops_cli.validation.content import Content
from chatops_cli.validation.jinja.template import PackTemplate
from chatops_cli.validation.jinja.tokens import line_start
from chatops_cli.validation.rules.template_field import unknown_fields
from chatops_cli.validation.rules.template_name import undefined

CODE = "TPL108"
NAME = "failing-template"
SUMMARY = "a template fails with a sample of what it will see"
WHY = "people get the default text in its place, or the action refuses to run"
MEND = "correct the line that is named"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each template that fails."""
    sound = [template for template in content.templates if _is_sound(template)]
    if not sound:
        return
    from chatops_cli.validation.jinja.trial import Trial

    trial = Trial()
    for template in sound:
        parameters = content.parameters_of(template.action) if template.action else None
        found = trial.failure(template, parameters)
        if found is not None:
            where = f" for what has {found.status}" if found.status in _ENDS else ""
            yield template.problem(
                NAME,
                line_start(template.analysis.tokens, found.line),
                f"{template.name} can't be rendered{where}: {found.message}",
                is_error=False,
            )


_ENDS = ("succeeded", "failed")


def _is_sound(template: PackTemplate) -> bool:
    """Whether no other rule has anything to say of it that makes it fail."""
    found, sandbox = template.analysis, template.sandbox
    if found.flaw is not None or template.names is None:
        return False
    for each in found.mentions:
        if each.name not in (sandbox.filters if each.is_filter else sandbox.tests):
            return False
    if undefined(template):
        return False
    return not template.kind.is_answer or next(unknown_fields(template), None) is None
