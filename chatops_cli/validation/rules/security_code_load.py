"""Python code of a pack reads data from which code runs as it is read.

`pickle`, `marshal`, `shelve` and `jsonpickle` make objects of any class; so does `yaml.load`
without `Loader=yaml.SafeLoader` before PyYAML 6, where it is an error. `FullLoader` is passed over.

Fails:

```yaml
# actions/look.yaml
name: look
runner_type: python-script
entry_point: look.py
parameters:
  host: {type: string}
# actions/look.py
import yaml


def look(host):
    return yaml.load(host)
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
import yaml


def look(host):
    return yaml.safe_load(host)
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Problem, Severity
from chatops_cli.validation.content import Content
from chatops_cli.validation.python.files import seen
from chatops_cli.validation.python.sight import Kind

CODE = "SEC012"
NAME = "unsafe-load"
SUMMARY = "Python code reads data in a way that lets the data run code"
WHY = "whoever can change what is read runs anything with the rights of the bot"
MEND = "use yaml.safe_load, or json"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each of them."""
    for place, sight in seen(content.code, Kind.LOAD):
        message = f"{sight.name} runs code that the data names"
        yield Problem(place=place, rule=NAME, message=message, severity=Severity.WARNING)
