"""What people type in chat becomes part of a shell line, unquoted.

`; reboot` behind the host's name is then a command of its own: whoever may use the alias may run
anything on the machine. Parameters that can't hold such characters (numbers, booleans, those of an
`enum`, or with a `pattern` of harmless characters only) are passed over. Followed is what stands
there as it is or goes through `lower`, `upper`, `trim`, `replace`, `regex_replace` or `default`;
what goes through other filters, such as `shell_quote`, or through more than a name and filters is
not, so that no finding doesn't mean that a line is safe.

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

import re
from collections.abc import Collection, Iterator, Mapping

from chatops_cli.model.action import Parameter
from chatops_cli.model.problem import Problem, Severity
from chatops_cli.runners.registry import current_name
from chatops_cli.validation.content import Content

CODE = "SEC001"
NAME = "unquoted-shell-line"
SUMMARY = "a parameter that a format gives stands unquoted in the shell line of the action"
WHY = "whoever may use the alias may run any command there, by typing a semicolon and more"
MEND = "write {{ name | shell_quote }} in the action's cmd, or give the parameter an enum"

RUNNERS = frozenset({"local-shell-cmd", "remote-shell-cmd"})
_EXPRESSION = re.compile(r"\{\{-?(.*?)-?\}\}", re.DOTALL)
_NAME = re.compile(
    r"\s*([A-Za-z_]\w*)\s*(?:\|\s*(?:lower|upper|trim|regex_replace|replace|default)\b[^|]*)*",
    re.DOTALL,
)
"""A name, and filters that let what means something to a shell through."""
_HARMLESS = re.compile(r"\^(?:\[[\w:,@%+/.-]+\](?:[?*+]|\{[\d,]+\})?|[\w:,@%/-])+\$")
"""Classes of harmless characters one after another, of which each text that fits is made whole."""
_FREE = (None, "string", "array", "object")


def check(content: Content) -> Iterator[Problem]:
    """A problem for each such parameter at the first representation that gives it."""
    for alias in content.aliases:
        action = content.world.action(alias.action_ref)
        known = content.parameters(alias)
        if action is None or known is None or current_name(action.runner_type) not in RUNNERS:
            continue
        fixed = alias.immutable_parameters
        line = fixed.get("cmd", known["cmd"].default)
        told: set[str] = set()
        for one in content.formats_of(alias):
            for name in one.form.names:
                if name in told or name not in known or name in fixed:
                    continue
                way = _way(name, line, known, fixed.keys() | {name})
                if way and not _is_harmless(known[name]) and not known[name].immutable:
                    told.add(name)
                    through = f" (through {', '.join(way[1:])})" if way[1:] else ""
                    yield Problem(
                        place=one.representation.place,
                        rule=NAME,
                        message=f"what is typed for {name} stands unquoted in the shell line of "
                        f"{action.ref}{through}",
                        severity=Severity.WARNING,
                    )


def _way(
    name: str, text: object, known: Mapping[str, Parameter], seen: Collection[str]
) -> tuple[str, ...]:
    """The parameters through which a value gets into a text as it is; empty where it doesn't."""
    if not isinstance(text, str):
        return ()
    names = _bare(text)
    if name in names:
        return (name,)
    for other in names:
        if other in known and other not in seen:
            way = _way(name, known[other].default, known, {*seen, other})
            if way:
                return (*way, other)
    return ()


def _bare(text: str) -> tuple[str, ...]:
    """The names whose values are written into a template with their signs."""
    found = (_NAME.fullmatch(match[1]) for match in _EXPRESSION.finditer(text))
    return tuple(each[1] for each in found if each is not None)


def _is_harmless(parameter: Parameter) -> bool:
    """Whether no value that it takes can mean anything to a shell."""
    pattern = parameter.schema.get("pattern")
    is_bound = isinstance(pattern, str) and _HARMLESS.fullmatch(pattern) is not None
    return bool(parameter.enum) or parameter.type not in _FREE or is_bound
