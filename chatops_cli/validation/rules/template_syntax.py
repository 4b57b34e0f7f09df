"""A template isn't valid Jinja.

Of an answer people then get the default text; a default or a rule's parameter is handed on with its
braces. What begins with a sign that no Jinja begins with, such as `{{.Names}}`, which another
program reads, is passed over in defaults: there it is plain text.

Fails:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - "say {{message}}"
result:
  format: |
    It said:
    {% if execution.result.stdout %}{{ execution.result.stdout }
    {% endif %}
```

Passes:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - "say {{message}}"
result:
  format: |
    It said:
    {% if execution.result.stdout %}{{ execution.result.stdout }}
    {% endif %}
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Problem
from chatops_cli.validation.content import Content
from chatops_cli.validation.jinja.template import Kind, PackTemplate

CODE = "TPL101"
NAME = "template-syntax"
SUMMARY = "a template that isn't valid Jinja"
WHY = "people get the default text, or braces, in its place"
MEND = "correct it at the place that is named"

_PLAIN = (Kind.DEFAULT, Kind.CONFIGURATION)


def check(content: Content) -> Iterator[Problem]:
    """A problem for each template that can't be parsed."""
    for template in content.templates:
        flaw = template.analysis.flaw
        if flaw is not None and not _is_foreign(template, flaw.offset):
            yield template.problem(
                NAME,
                flaw.offset,
                f"{template.name} is no valid template: {flaw.message}",
                is_error=template.kind.is_answer,
            )


def _is_foreign(template: PackTemplate, offset: int) -> bool:
    """Whether what is between the braces can't have been meant as Jinja."""
    return template.kind in _PLAIN and template.text[:offset].rstrip().endswith("{{")
