"""A token or a key stands in a file of the pack.

Whoever may read the pack, its repository or a copy of it has it. Known are tokens of Slack, GitHub,
GitLab, AWS, Google, Stripe, SendGrid, OpenAI, Anthropic, npm, PyPI, Telegram and Vault by how they
begin, and private keys. What is made up (`xxxx`, `example`, one character many times) is passed
over, as are the pack's own tests.

Fails:

```yaml
# actions/login.yaml
name: login
runner_type: noop
parameters:
  key:
    type: string
    default: |
      -----BEGIN PRIVATE KEY-----
      kXq7Lr2mVz9sWb4nTc8pYd6hJf3gRe1uAo5iKx0yQwZvBtNsMlHkGjFd
      PoIuYtReWqAsDfGhJkLzXcVbNm09
```

Passes:

```yaml
# actions/login.yaml
name: login
runner_type: noop
parameters:
  key:
    type: string
    description: begins with -----BEGIN PRIVATE KEY-----
    default: "{{ config_context.key }}"
```
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.validation.content import Content
from chatops_cli.validation.plain.files import text_files
from chatops_cli.validation.plain.tokens import tokens_in

CODE = "SEC103"
NAME = "token-in-file"
SUMMARY = "a token or key of a known kind stands in a file of the pack"
WHY = "whoever can read the pack or its history can use it"
MEND = (
    "have it withdrawn where it was made, and put the new one into the datastore or the pack's "
    "configuration"
)


def check(content: Content) -> Iterator[Problem]:
    """A problem for each of them; what it is isn't told, only what it looks like."""
    for pack in content.packs:
        for file, data in text_files(pack, content.scope):
            for found in tokens_in(data):
                yield Problem(
                    place=_place(file, data, found.start),
                    rule=NAME,
                    message=f"{found.kind} seems to stand here",
                    severity=Severity.WARNING,
                )


def _place(file: str, data: bytes, start: int) -> Place:
    before = data[:start]
    line = before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")
    return Place(file=file, line=before.count(b"\n") + 1, column=len(line) + 1)
