r"""A format repeats something that is itself repeated, so the same text can be split in many ways.

Here every format is matched in bounded time. Other programs that read the pack, StackStorm among
them, try each way in turn: a message of some thirty characters can keep them busy for hours.

Fails:

```yaml
# aliases/wait.yaml
name: wait
action_ref: core.noop
formats:
  - "wait (\\w+\\s*)+ please"
```

Passes:

```yaml
# aliases/wait.yaml
name: wait
action_ref: core.noop
formats:
  - "wait \\w+(\\s+\\w+)* please"
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Problem, Severity
from chatops_cli.validation.content import Content

CODE = "ALI111"
NAME = "backtracking"
SUMMARY = "a repetition in a format can split the same text in many ways"
WHY = "only an engine that is bounded can match it; others may take hours for one message"
MEND = "let each round of the outer repetition begin with something that the inner can't be"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each representation with such a repetition."""
    if not content.written:
        return
    from chatops_cli.aliases.ambiguity import is_ambiguous

    for one in content.written:
        if is_ambiguous(one.form.tree):
            yield Problem(
                place=one.representation.place,
                rule=NAME,
                message="what it repeats can be split in many ways",
                severity=Severity.WARNING,
            )
