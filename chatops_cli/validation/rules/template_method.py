"""A template reads a key that has the name of a method.

With a dot, a method of the object goes before its key: `.items`, `.keys`, `.values`, `.get`,
`.copy`, `.pop`, `.update`, `.clear`. What is written is `<built-in method …>`, and a loop over it
fails. To call the method is fine.

Fails:

```yaml
# aliases/say.yaml
name: say
action_ref: core.http
formats:
  - "list pods"
immutable_parameters: {url: "https://pods.example.com/"}
result:
  format: "{% for pod in execution.result.body.items %}{{ pod.name }} {% endfor %}"
```

Passes:

```yaml
# aliases/say.yaml
name: say
action_ref: core.http
formats:
  - "list pods"
immutable_parameters: {url: "https://pods.example.com/"}
result:
  format: "{% for pod in execution.result.body['items'] %}{{ pod.name }} {% endfor %}"
```
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chatops_cli.model.problem import Problem
from chatops_cli.validation.content import Content
from chatops_cli.validation.jinja.tokens import find_sequence

if TYPE_CHECKING:
    from chatops_cli.validation.jinja.access import Access

CODE = "TPL109"
NAME = "method-for-key"
SUMMARY = "a template reads a method where it means a key"
WHY = "it writes <built-in method …>, or fails"
MEND = "write ['name'] for the key, or call the method"

_STORED = frozenset({"st2kv", "system", "env"})
"""Names whose steps are names themselves: they have no methods."""
_METHODS = frozenset({"items", "keys", "values", "get", "copy", "pop", "update", "clear"})


def check(content: Content) -> Iterator[Problem]:
    """A problem for each such path, where it is first read."""
    for template in content.templates:
        told: set[tuple[str, ...]] = set()
        for access in template.analysis.accesses:
            path = _method_of(access)
            if path is None or path.keys in told:
                continue
            told.add(path.keys)
            name = path.keys[-1]
            yield template.problem(
                NAME,
                find_sequence(template.analysis.tokens, path.words, path.line),
                f"{template.name} reads .{name}, which is a method of the object, not its key",
                f"write ['{name}'] for the key, or .{name}() for the method",
                is_error=False,
            )


def _method_of(access: "Access") -> "Access | None":
    """The path up to a method that isn't called."""
    if access.root in _STORED:
        return None
    for number, step in enumerate(access.steps, 1):
        is_last = number == len(access.steps)
        is_called = access.is_called and is_last
        if step.is_attribute and step.key in _METHODS and not is_called:
            return access.part(number)
    return None
