r"""No message at all matches a format.

Mostly it is an anchor. Messages are matched with a space at either end, so `^` directly before a
word and `$` directly behind one are never there; without them, a format is anchored by itself.

Fails:

```yaml
# aliases/say.yaml
name: say
action_ref: core.noop
formats:
  - "^say hello$"
```

Passes:

```yaml
# aliases/say.yaml
name: say
action_ref: core.noop
formats:
  - "say hello"
  - "^\\s*say bye\\s*$"
```
"""

from collections.abc import Iterator

from chatops_cli.aliases.format_error import FormatError
from chatops_cli.model.problem import Problem
from chatops_cli.validation.content import Content
from chatops_cli.validation.fixing.document import Document
from chatops_cli.validation.fixing.fix import Fix

CODE = "ALI109"
NAME = "unmatchable-format"
SUMMARY = "no message matches the format"
WHY = "its command does not exist for anybody"
MEND = "remove ^ and $: a format is the whole message without them"


def check(content: Content) -> Iterator[Problem]:
    """A problem for each representation that its automaton lets nothing through of."""
    if not content.written:
        return
    from chatops_cli.aliases.overlap import takes_nothing

    for one in content.written:
        if one.representation.text and takes_nothing(one.form.tree):
            yield Problem(
                place=one.representation.place,
                rule=NAME,
                message=f"no message matches {one.representation.text!r}",
            )


def fix(problem: Problem, document: Document) -> Fix | None:
    """The format without ``^`` and ``$`` at its ends, if messages match it then."""
    node = document.scalar(problem.place)
    if node is None:
        return None
    source, text = document.source(node), node.event.text
    quote = source[:1] if source[:1] in "\"'" else ""
    bare = text.removeprefix("^")
    bare = bare.removesuffix("$") if not bare.endswith("\\$") else bare
    inside = source[len(quote) : len(source) - len(quote)]
    start = 1 if inside.startswith("^") and text.startswith("^") else 0
    end = len(inside) - (1 if inside.endswith("$") and bare + "$" == text[start:] else 0)
    if bare == text or inside[start:end].strip() == "" or not _matches_something(bare):
        return None
    # In quotes what is left is a text as before; without them it could begin with another sign.
    written = f"{quote}{inside[start:end]}{quote}"
    edit = document.replaced(node, written, (node.event.tag, bare))
    return Fix(description="remove the anchors", edits=(edit,))


def _matches_something(text: str) -> bool:
    from chatops_cli.aliases.overlap import takes_nothing
    from chatops_cli.aliases.preparation import read

    try:
        return "|" not in text and not takes_nothing(read(text, strict=False).tree)
    except FormatError:
        return False
