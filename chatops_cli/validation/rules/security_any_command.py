"""An alias lets people type a whole shell line.

It is a shell for everybody who may use it. Whoever wants that switches the alias off until the
action is granted to few, or says why in a remark.

Fails:

```yaml
# aliases/shell.yaml
name: shell
action_ref: core.local
formats:
  - "shell {{cmd}}"
```

Passes:

```yaml
# aliases/shell.yaml
name: shell
action_ref: core.local
formats:
  - "uptime of the bot"
immutable_parameters: {cmd: uptime}
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Problem, Severity
from chatops_cli.runners.registry import current_name
from chatops_cli.validation.content import Content
from chatops_cli.validation.rules.security_shell_line import RUNNERS

CODE = "SEC002"
NAME = "any-command"
SUMMARY = "a format gives the whole shell line of an action"
WHY = "whoever may use the alias may run anything on the machine"
MEND = "write an action for what is meant, or grant the action to few and ignore this with a reason"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each representation that takes the command itself."""
    for one in content.written:
        action = content.world.action(one.alias.action_ref)
        if action is None or current_name(action.runner_type) not in RUNNERS:
            continue
        known = content.parameters(one.alias)
        is_fixed = (
            "cmd" in one.alias.immutable_parameters or known is None or known["cmd"].immutable
        )
        if "cmd" in one.form.names and not is_fixed and not (known and known["cmd"].enum):
            yield Problem(
                place=one.representation.place,
                rule=NAME,
                message=f"what is typed for cmd is run by {action.ref} as a shell line",
                severity=Severity.WARNING,
            )
