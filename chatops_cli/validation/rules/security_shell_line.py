"""What people type in chat becomes part of a shell line, unquoted.

`; reboot` behind the host's name is then a command of its own: whoever may use the alias may run
anything on the machine. A value is followed from the format, or from `name=value` behind the
message, through defaults of parameters, inputs, `vars` and `publish` of workflows and the
parameters of their tasks, to the `cmd` of a shell runner. The message names the way. Scripts get
parameters as arguments, which no shell reads: they are safe, unless the script gives them to `eval`
or `sh -c`.

Parameters that can't hold such characters (numbers, booleans, those of an `enum`, or with a
`pattern` of harmless characters only) are passed over, as is what goes through `shell_quote` or
`powershell_quote`, or through a filter that gives a number or a choice. All filters that keep a
text's signs are followed: `lower`, `trim`, `default`, `join` and so on. `replace` and
`regex_replace` are, too, but where they replace quotes; since they may take out what does harm, the
finding is a warning then. A value that is quoted between quotes isn't quoted, and is told:
`"{{x | shell_quote}}"`. What tasks answer and what Python code does is not followed, so that no
finding doesn't mean that a line is safe.

Fails:

```yaml
# actions/trace.yaml
name: trace
runner_type: local-shell-cmd
parameters:
  host: {type: string, required: true}
  cmd:
    immutable: true
    default: "traceroute {{host}}"
# aliases/trace.yaml
name: trace
action_ref: demo.trace
formats:
  - "trace {{host}}"
```

Passes:

```yaml
# actions/trace.yaml
name: trace
runner_type: local-shell-cmd
parameters:
  host: {type: string, required: true}
  cmd:
    immutable: true
    default: "traceroute {{host | shell_quote}}"
# aliases/trace.yaml
name: trace
action_ref: demo.trace
formats:
  - "trace {{host}}"
```
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chatops_cli.model.problem import Problem, Severity
from chatops_cli.validation.content import Content
from chatops_cli.validation.taint.reach import Goal, Reach
from chatops_cli.validation.taint.wording import grouped, way_of

if TYPE_CHECKING:
    from chatops_cli.validation.taint.typed import Typed

CODE = "SEC001"
NAME = "unquoted-shell-line"
SUMMARY = "what people type stands unquoted in a shell line"
WHY = "whoever may use the alias may run any command there, by typing a semicolon and more"
MEND = (
    "write {{ name | shell_quote }}, outside of quotes, in the line; or give the parameter an enum"
)


def check(content: Content) -> Iterator[Problem]:
    """A problem for each such parameter, and one for all that are given by name=value."""
    found = (typed for typed in content.typed if _is_part(typed.reach))
    for typed, names in grouped(found):
        yield Problem(
            place=typed.place,
            rule=NAME,
            message=f"what is typed for {names} {_what(typed)}{way_of(typed.reach)}",
            severity=Severity.ERROR if typed.reach.is_sure else Severity.WARNING,
        )


def _is_part(reach: Reach) -> bool:
    return reach.goal is Goal.SCRIPT or (reach.goal is Goal.LINE and not reach.is_whole)


def _what(typed: "Typed") -> str:
    reach = typed.reach
    root = ", which runs as root" if reach.as_root else ""
    if reach.goal is Goal.SCRIPT:
        return f"is given to a shell as a line by {reach.action}{root}"
    if reach.quote:
        return (
            f"is quoted between quotes in the shell line of {reach.action}{root}: it has no effect"
        )
    return f"stands unquoted in the shell line of {reach.action}{root}"
