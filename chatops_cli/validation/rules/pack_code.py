"""A Python file that this Python can't read.

What imports it fails. Many packs were written for Python 2, where `print x`, `except Error, e` and
`0777` were fine. What needs a newer Python than the one that checks is told, too. The pack's own
tests are passed over.

Fails:

```yaml
# actions/look.py
def look(host):
    print host
```

Passes:

```yaml
# actions/look.py
def look(host):
    print(host)
```
"""

import sys
from collections.abc import Iterator

from chatops_cli.model.problem import Problem, Severity
from chatops_cli.validation.content import Content
from chatops_cli.validation.python.sight import Kind

CODE = "PCK101"
NAME = "python-syntax"
SUMMARY = "a Python file of the pack is not in the language of this Python"
WHY = "no action can import it"
MEND = "write it for Python 3"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each such file, where reading it stops."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for file in content.code:
        for place, sight in file.of(Kind.SYNTAX):
            is_old = set(file.pack.python_versions) == {"2"}
            yield Problem(
                place=place,
                rule=NAME,
                message=f"Python {version} can't read it: {sight.text}",
                hint="the pack says that it is for Python 2: it can't run" if is_old else None,
                severity=Severity.WARNING,
            )
