"""`{~}` is written twice.

It stands once between plain text and attachment; a second one is lost, so that what follows it is
in the attachment, too. One in each branch of an `if` is fine.

Fails:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - "say {{message}}"
result:
  format: "Said: {~} {{ execution.result.stdout }} {~}"
```

Passes:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - "say {{message}}"
result:
  format: "Said: {~} {{ execution.result.stdout }}"
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Problem, Severity
from chatops_cli.rendering.templates import is_template
from chatops_cli.validation.content import Content

CODE = "TPL106"
NAME = "repeated-split"
SUMMARY = "an answer has {~} more than once"
WHY = "what follows the second one isn't parted from what comes before it"
MEND = "keep one of them on each way through the template, and none in a loop"

_SPLIT = "{~}"


def check(content: Content) -> Iterator[Problem]:
    """A problem at the last of them."""
    for template in content.templates:
        if template.kind.is_answer and template.analysis.splits > 1:
            is_single = template.text.count(_SPLIT) == 1
            yield template.problem(
                NAME,
                template.text.rfind(_SPLIT),
                f"{template.name} writes {_SPLIT} "
                + ("in each round of a loop" if is_single else "more than once"),
                is_error=False,
            )
    for alias in content.aliases:
        for part, name in ((alias.ack, "ack"), (alias.result, "result")):
            if part.place is not None and is_repeated(part.format or ""):
                yield Problem(
                    place=part.place,
                    rule=NAME,
                    message=f"{name}.format writes {_SPLIT} more than once",
                    severity=Severity.WARNING,
                )


def is_repeated(text: str) -> bool:
    """Whether a text that is no template at all has it more than once."""
    return text.count(_SPLIT) > 1 and not is_template(text)
