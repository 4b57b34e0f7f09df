"""A template uses a filter or a test that there isn't.

There are Jinja's own and StackStorm's (`docs/templates.md` lists them); those of Ansible or Salt
are not among them.

Fails:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - "say {{message}}"
result:
  format: "{{ execution.result | to_nice_json }}"
```

Passes:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - "say {{message}}"
result:
  format: "{{ execution.result | to_json_string }}"
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Problem
from chatops_cli.reading.value import did_you_mean
from chatops_cli.validation.content import Content
from chatops_cli.validation.jinja.template import PackTemplate
from chatops_cli.validation.jinja.tokens import find_sequence

CODE = "TPL102"
NAME = "unknown-filter"
SUMMARY = "a template uses a filter or test that there isn't"
WHY = "it can't be rendered: people get the default text, or the action refuses to run"
MEND = "use one that there is; docs/templates.md lists them"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each such name in each template, where it is first used."""
    for template in content.templates:
        yield from _of(template)


def _of(template: PackTemplate) -> Iterator[Problem]:
    found, sandbox = template.analysis, template.sandbox
    asked = {each.name for each in found.mentions if each.name in ("filter", "test")}
    told: set[tuple[str, bool]] = set()
    for each in found.mentions:
        known = sandbox.filters if each.is_filter else sandbox.tests
        key = (each.name, each.is_filter)
        if each.name in known or key in told or asked:
            continue  # whoever asks whether there is a filter knows what to do without it
        told.add(key)
        places = (find_sequence(found.tokens, words) for words in each.words)
        what = "filter" if each.is_filter else "test"
        names = [name for name in known if name.isidentifier()]
        yield template.problem(
            NAME,
            next(filter(None, places), 0),
            f"{template.name} uses the {what} {each.name}, which there isn't",
            did_you_mean(each.name, names),
            is_error=True,
        )
