"""What anybody may do is done as root.

A mistake in such a line, or what somebody gets into it, has all rights. Told are lines of which
every program gives everybody the same (`echo`, `date`, `uptime`, `df` and so on), of an action, of
what an alias fixes, or of a task that uses `core.local_sudo` and the like; and lines that call
`sudo` although they run as root.

Fails:

```yaml
# actions/look.yaml
name: look
runner_type: local-shell-cmd
parameters:
  cmd: {immutable: true, default: "uptime; df -h"}
  sudo: {immutable: true, default: true}
```

Passes:

```yaml
# actions/look.yaml
name: look
runner_type: local-shell-cmd
parameters:
  cmd: {immutable: true, default: "uptime; df -h"}
```
"""

import re
from collections.abc import Iterator
from types import MappingProxyType

from chatops_cli.model.problem import Problem, Severity
from chatops_cli.validation.content import Content
from chatops_cli.validation.given import Given, given_values
from chatops_cli.validation.taint.goals import goal_of
from chatops_cli.validation.taint.reach import Goal

CODE = "SEC014"
NAME = "needless-sudo"
SUMMARY = "a shell line runs as root that does not need it"
WHY = "a mistake in it, or what somebody gets into it, has all rights"
MEND = "leave sudo out; in a workflow use core.local or core.remote"

_UNNEEDED = MappingProxyType(
    {
        **dict.fromkeys(("arch", "df", "dig", "echo", "false", "free", "host", "nproc"), ""),
        **dict.fromkeys(("nslookup", "printf", "pwd", "sleep", "true", "uname", "uptime"), ""),
        **dict.fromkeys(("w", "which", "who"), ""),
        "date": r"\s(-\w*s|--set)",
        "hostname": r"\s[^-]|\s-[bF]",
        "ping": r"\s-\w*[fil]",
    }
)
"""Programs that give everybody the same, with the arguments with which they don't."""
_BETWEEN = re.compile(r"\|\||&&|[;|&\n]")
_UNKNOWN = re.compile(r"[<>`]|\$\(")
"""What opens files, or runs more: that may need rights."""


def check(content: Content) -> Iterator[Problem]:
    """A problem for each such line."""
    for given in given_values(content):
        if goal_of(given.action, given.name) is not Goal.LINE or not _is_root(given):
            continue
        message = _reason(given.value)
        if message:
            yield Problem(
                place=given.place(), rule=NAME, message=message, severity=Severity.WARNING
            )


def _is_root(given: Given) -> bool:
    known = given.action.parameters.get("sudo")
    default = known.default if known is not None else None
    return given.others.get("sudo", default) is True


def _reason(line: object) -> str:
    if not isinstance(line, str):
        return ""
    words = [command.split() for command in _BETWEEN.split(line)]
    programs = [each[0] for each in words if each]
    if programs[:1] == ["sudo"]:
        return "the line runs as root already, and calls sudo"
    commands = [each.strip() for each in _BETWEEN.split(line) if each.strip()]
    if not commands or _UNKNOWN.search(line) or not all(map(_is_for_all, commands)):
        return ""
    named = ", ".join(dict.fromkeys(programs))
    return f"the line runs as root, and all that it does needs no rights: {named}"


def _is_for_all(command: str) -> bool:
    program = command.split(maxsplit=1)[0]
    if program not in _UNNEEDED:
        return False
    forbidden = _UNNEEDED[program]
    return not (forbidden and re.search(forbidden, command))
