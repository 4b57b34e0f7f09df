"""A connection whose certificate nobody looks at.

Whoever is between the bot and the server can read what is sent, passwords too, and answer in its
place. Told are `verify_ssl_cert: false` as the default of an action of `http-request` or WinRM, as
what an alias fixes and as what a task gives; and in Python code `verify=False` for `requests` and
`httpx`, `CERT_NONE`, `ssl._create_unverified_context` and the like.

Fails:

```yaml
# actions/look.yaml
name: look
runner_type: http-request
parameters:
  url: {immutable: true, default: "https://api.example.com/"}
  verify_ssl_cert: {default: false}
```

Passes:

```yaml
# actions/look.yaml
name: look
runner_type: http-request
parameters:
  url: {immutable: true, default: "https://api.example.com/"}
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.runners.registry import current_name
from chatops_cli.validation.content import Content
from chatops_cli.validation.given import given_values
from chatops_cli.validation.python.files import seen
from chatops_cli.validation.python.sight import Kind

CODE = "SEC013"
NAME = "unchecked-tls"
SUMMARY = "the certificate of a server is not looked at"
WHY = "whoever is on the way can read what is sent and answer in the server's place"
MEND = "name the certificate of the one who signed it, or let those who run the bot turn it off"

RUNNERS = frozenset({"http-request", "winrm-cmd", "winrm-ps-cmd", "winrm-ps-script"})
PARAMETER = "verify_ssl_cert"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each action, alias, task and place in code that turns it off."""
    for given in given_values(content):
        is_off = given.name == PARAMETER and given.value is False
        if is_off and current_name(given.action.runner_type) in RUNNERS:
            yield _problem(given.place(), f"{PARAMETER} is off for {given.action.ref}")
    for place, sight in seen(content.code, Kind.TLS):
        yield _problem(place, f"{sight.name} turns off that certificates are looked at")


def _problem(place: Place, message: str) -> Problem:
    return Problem(place=place, rule=NAME, message=message, severity=Severity.WARNING)
