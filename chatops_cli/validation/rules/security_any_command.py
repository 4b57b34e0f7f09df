"""An alias lets people type a whole shell line.

It is a shell for everybody who may use it, directly or through a workflow that hands the line on
to `core.local`, `core.remote` and the like, to WinRM, or to an action of a well-known pack that
runs commands elsewhere (`ansible.command`, `bolt.command_run`, `salt.local_cmdmod.run`). Whoever
wants that switches the alias off until the action is granted to few, or says why in a remark.

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
from chatops_cli.validation.content import Content
from chatops_cli.validation.taint.reach import Goal
from chatops_cli.validation.taint.wording import grouped, way_of

CODE = "SEC002"
NAME = "any-command"
SUMMARY = "what people type is run as a whole shell line"
WHY = "whoever may use the alias may run anything on the machine"
MEND = "write an action for what is meant, or grant the action to few and ignore this with a reason"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each parameter that takes the command itself."""
    goals = (Goal.LINE, Goal.ORDER)
    found = (one for one in content.typed if one.reach.goal in goals and one.reach.is_whole)
    for typed, names in grouped(found):
        reach = typed.reach
        how = "as a shell line" if reach.goal is Goal.LINE else "whatever it says"
        root = ", as root" if reach.as_root else ""
        yield Problem(
            place=typed.place,
            rule=NAME,
            message=f"what is typed for {names} is run by {reach.action} {how}{root}"
            f"{way_of(reach)}",
            severity=Severity.WARNING,
        )
