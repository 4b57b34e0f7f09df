"""Python code of a pack makes a shell line of values.

Told are `os.system`, `os.popen`, `subprocess.getoutput` and what runs with `shell=True`, where the
line is formatted or put together in the same function, or is a parameter of `run` itself. Numbers,
constants, what comes from `self.config` and what goes through `shlex.quote` is passed over.

Fails:

```yaml
# actions/look.yaml
name: look
runner_type: python-script
entry_point: look.py
parameters:
  host: {type: string}
# actions/look.py
import subprocess


def look(host):
    return subprocess.check_output("dig %s" % host, shell=True)
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
import subprocess


def look(host):
    return subprocess.check_output(["dig", host])
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Problem, Severity
from chatops_cli.validation.content import Content
from chatops_cli.validation.python.files import seen
from chatops_cli.validation.python.sight import Kind

CODE = "SEC010"
NAME = "shell-line-in-code"
SUMMARY = "Python code gives a shell a line that it makes of values"
WHY = "a semicolon in one of the values is a command of its own"
MEND = "give a list of the program and its arguments, without shell=True; or use shlex.quote"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each of them."""
    for place, sight in seen(content.code, Kind.LINE):
        message = f"{sight.name} is given a shell line that is made of values"
        yield Problem(place=place, rule=NAME, message=message, severity=Severity.WARNING)
