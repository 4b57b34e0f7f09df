r"""A character in a format means something as a regular expression, and looks like plain text.

A format is a regular expression: `.` is any character, `?` makes what stands before it optional,
and parentheses group. Behind a question, between two words or around the end of a plural, they are
nearly always meant as they are.

Fails:

```yaml
# aliases/who.yaml
name: who
action_ref: core.noop
formats:
  - "who is on call?"
  - "run core.noop"
  - "list host(s)"
```

Passes:

```yaml
# aliases/who.yaml
name: who
action_ref: core.noop
formats:
  - "who is on call\\?"
  - "run core\\.noop"
  - "list hosts?"
  - "(display|expose) .*"
```
"""

import re
from collections.abc import Iterator

from chatops_cli.model.problem import Problem, Severity
from chatops_cli.validation.content import Content

CODE = "ALI108"
NAME = "literal-character"
SUMMARY = "a character means something as a regular expression, and looks like plain text"
WHY = "other messages match than those that people read in the help"
MEND = "put a backslash before it"

_WORD_ONLY = r"[a-z0-9_'\s,{}=\"-]*"
_QUESTION = re.compile(
    r"\s*(?:who|what|which|where|when|why|how|is|are|can|does|do)\b"
    rf"{_WORD_ONLY}[a-rt-z]\?\s*\Z",
    re.IGNORECASE,
)
_DOT = re.compile(r"(?<![\w.\\\[(])(\w+)\.(\w+)(?![\w.*+?{\])])")
_PLURAL = re.compile(r"(?<=\w)\(([a-z]{1,3})\)(?![?*+{])")
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}")


def check(content: Content) -> Iterator[Problem]:
    """A problem for the first such character of each representation."""
    for one in content.written:
        text = one.representation.text
        found = _found(text)
        if found is not None:
            yield Problem(
                place=one.representation.place,
                rule=NAME,
                message=found[0],
                hint=found[1],
                severity=Severity.WARNING,
            )


def _found(text: str) -> tuple[str, str] | None:
    plain = _PLACEHOLDER.sub("{}", text)
    if _QUESTION.match(plain):
        return "the ? at its end makes the last letter optional", "write \\? for a question mark"
    if dot := _DOT.search(plain):
        return f"the . in {dot[0]!r} is any character", f"write {dot[1]}\\.{dot[2]}"
    if plural := _PLURAL.search(plain):
        said = f"the parentheses of {plural[0]!r} do nothing: the letters have to be typed"
        return said, f"write {plural[0]}? for what may be left out"
    return None
