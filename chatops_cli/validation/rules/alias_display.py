"""The help shows a parameter that none of the format's representations takes.

`display` is what people see and type after; what they fill in there is then not understood, or is
taken for something else.

Fails:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - display: "say {{message}} to {{person}}"
    representation:
      - "say {{message}}"
```

Passes:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - display: "say {{message}}"
    representation:
      - "say {{message}}"
      - "tell {{message}}"
```
"""

from collections.abc import Iterator

from chatops_cli.aliases.format_error import FormatError
from chatops_cli.aliases.placeholders import replace
from chatops_cli.model.problem import Problem, Severity
from chatops_cli.validation.content import Content

CODE = "ALI105"
NAME = "display-parameter"
SUMMARY = "display shows a parameter that no representation takes"
WHY = "people type what the help shows, and it is not understood"
MEND = "let display name what the representations take"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each format with such parameters."""
    for alias in content.aliases:
        written = content.formats_of(alias)
        for form in alias.formats:
            taken = {name for one in written if one.format is form for name in one.form.names}
            names = _names(form.display)
            surplus = sorted(names - taken)
            if surplus and any(one.format is form for one in written):
                yield Problem(
                    place=form.representations[0].place,
                    rule=NAME,
                    message=f"display shows {', '.join(surplus)}, which no representation takes",
                    hint=f"they take {', '.join(sorted(taken))}" if taken else "they take nothing",
                    severity=Severity.WARNING,
                )


def _names(display: str) -> frozenset[str]:
    """The placeholders of a display; people write there what is no format, too."""
    try:
        values = replace(display).values
    except FormatError:
        return frozenset()
    return frozenset(name for name in values if name.isidentifier())
