"""A password travels where everybody on the way can read it.

Told are requests to `http://` with a name, a password, a token in their headers, or cookies; those
to the machine itself are passed over.

Fails:

```yaml
# actions/look.yaml
name: look
runner_type: http-request
parameters:
  url: {immutable: true, default: "http://api.example.com/"}
  username: {immutable: true, default: "{{ config_context.name }}"}
```

Passes:

```yaml
# actions/look.yaml
name: look
runner_type: http-request
parameters:
  url: {immutable: true, default: "https://api.example.com/"}
  username: {immutable: true, default: "{{ config_context.name }}"}
```
"""

import re
from collections.abc import Iterator, Mapping

from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.validation.content import Content
from chatops_cli.validation.given import given_values
from chatops_cli.validation.python.files import seen
from chatops_cli.validation.python.sight import Kind
from chatops_cli.validation.taint.goals import goal_of
from chatops_cli.validation.taint.reach import Goal

CODE = "SEC015"
NAME = "plain-credentials"
SUMMARY = "a request with a password goes over plain http"
WHY = "everybody on the way can read it"
MEND = "use https"

_FAR = re.compile(r"http://(?!localhost\b|127\.|\[::1\])", re.IGNORECASE)
_USER = re.compile(r"http://[^/@\s]+:[^/@\s]+@", re.IGNORECASE)
_SECRET = re.compile(r"(?i)authorization|cookie|token|api[-_]?key|secret")


def check(content: Content) -> Iterator[Problem]:
    """A problem for each such request."""
    for given in given_values(content):
        is_url = goal_of(given.action, given.name) is Goal.ADDRESS and isinstance(given.value, str)
        if is_url and _FAR.match(str(given.value)):
            what = _credentials(str(given.value), given.others)
            if what:
                yield _problem(given.place(), f"{what} is sent over plain http")
    for place, sight in seen(content.code, Kind.PLAIN):
        yield _problem(place, f"{sight.name} is sent over plain http")


def _credentials(url: str, others: Mapping[str, Json]) -> str:
    """What of a request is nobody's business; empty where nothing is."""
    if _USER.match(url):
        return "the password in the URL"
    for name in ("password", "username", "auth", "cookies"):
        if others.get(name):
            return name
    headers = others.get("headers")
    named = headers if isinstance(headers, dict) else {}
    return next((f"the header {name}" for name in named if _SECRET.search(name)), "")


def _problem(place: Place, message: str) -> Problem:
    return Problem(place=place, rule=NAME, message=message, severity=Severity.WARNING)
