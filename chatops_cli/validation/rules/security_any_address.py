"""An alias lets people type where a request goes.

It is sent from the bot's machine, which may reach what its users can't: services of the inner
network, the metadata of a cloud, the machine itself. A parameter that stands behind a fixed host
(`https://api.example.com/{{name}}`) is fine.

Fails:

```yaml
# actions/look.yaml
name: look
runner_type: http-request
parameters:
  url: {type: string, required: true}
# aliases/look.yaml
name: look
action_ref: demo.look
formats:
  - "look at {{url}}"
```

Passes:

```yaml
# actions/look.yaml
name: look
runner_type: http-request
parameters:
  name: {type: string, required: true}
  url:
    immutable: true
    default: "https://api.example.com/{{name}}"
# aliases/look.yaml
name: look
action_ref: demo.look
formats:
  - "look at {{name}}"
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Problem, Severity
from chatops_cli.validation.content import Content
from chatops_cli.validation.taint.reach import Goal
from chatops_cli.validation.taint.wording import grouped, way_of

CODE = "SEC003"
NAME = "any-address"
SUMMARY = "what people type says where a request goes"
WHY = "the bot's machine may reach what those who type may not, and answers what it found"
MEND = "fix the host in the URL, give the parameter an enum, or set url_hosts_whitelist"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each parameter that the host of a URL is made of."""
    found = (one for one in content.typed if one.reach.goal is Goal.ADDRESS)
    for typed, names in grouped(found):
        reach = typed.reach
        yield Problem(
            place=typed.place,
            rule=NAME,
            message=f"what is typed for {names} says where {reach.action} sends its request"
            f"{way_of(reach)}",
            severity=Severity.WARNING,
        )
