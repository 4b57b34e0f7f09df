"""Python code of a pack runs `eval` or `exec` on something that isn't written there.

Fails:

```yaml
# actions/look.yaml
name: look
runner_type: python-script
entry_point: look.py
parameters:
  host: {type: string}
# actions/look.py
def look(host):
    return eval(host)
```

Passes:

```yaml
# actions/look.yaml
name: look
runner_type: python-script
entry_point: look.py
parameters:
  host: {type: string}
# actions/look.py
import ast


def look(host):
    return ast.literal_eval(host)
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Problem, Severity
from chatops_cli.validation.content import Content
from chatops_cli.validation.python.files import seen
from chatops_cli.validation.python.sight import Kind

CODE = "SEC011"
NAME = "code-from-values"
SUMMARY = "Python code runs code that it makes of values"
WHY = "whoever can choose the value runs anything with the rights of the bot"
MEND = "use json.loads or ast.literal_eval for data, and a table of functions for choices"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each of them."""
    for place, sight in seen(content.code, Kind.CODE):
        message = f"{sight.name} runs what is not written there"
        yield Problem(place=place, rule=NAME, message=message, severity=Severity.WARNING)
