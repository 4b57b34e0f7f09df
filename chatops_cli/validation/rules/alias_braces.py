"""Braces stand in a format, and are no placeholder.

A placeholder is a name between two pairs of braces, with a default behind `=` or without. What
looks nearly like one is taken for text, and people would have to type the braces.

Fails:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - "say {{message} now"
  - "tell {message}"
  - "shout {{ the message }}"
```

Passes:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - "say {{message}} now"
  - "repeat it (a{2})? {{ message }}"
```
"""

import re
from collections.abc import Iterator

from chatops_cli.aliases.tree import Node, Text, children
from chatops_cli.model.problem import Problem
from chatops_cli.validation.content import Content

CODE = "ALI107"
NAME = "stray-braces"
SUMMARY = "braces in a format that are no placeholder"
WHY = "people would have to type the braces"
MEND = "write {{ name }} or {{ name=default }}; braces that are meant so, as \\{ and \\}"

_STRAY = re.compile(r"\{\{[^{}]*\}?\}?|\{?\{[^{}]*\}\}|\{\s*[^\W\d]\w*\s*\}")


def check(content: Content) -> Iterator[Problem]:
    """A problem for each representation with such braces."""
    for one in content.written:
        text = one.representation.text
        if "\\{" in text or "\\}" in text:
            continue
        stray = next((s for s in _texts(one.form.tree) if "{" in s or "}" in s), None)
        if stray is not None:
            found = _STRAY.search(stray)
            yield Problem(
                place=one.representation.place,
                rule=NAME,
                message=f"{found[0] if found else stray!r} is no placeholder, but text to be typed",
            )


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Text):
        yield node.text
    for child in children(node):
        yield from _texts(child)
