"""Some lines of a YAML file end as on Windows, and others don't.

Editors that don't know each other leave such files behind. They show changes where there are none,
and a script that is written into one may get ends of lines that no shell takes. A file in which all
lines end in the same way, whichever it is, is fine.
"""

from collections.abc import Iterator

from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.validation.content import Content
from chatops_cli.validation.fixing.line_ends import even_ends, fewer
from chatops_cli.validation.plain.files import text_files

CODE = "STY001"
NAME = "mixed-line-ends"
SUMMARY = "lines of a file end in two ways"
WHY = "whole files look changed where one line is, and one end may get into a value"
MEND = "let all lines end in the same way"
fix = even_ends


def check(content: Content) -> Iterator[Problem]:
    """A problem for each such file, at the first line that ends as fewer do."""
    for pack in content.packs:
        for file, data in text_files(pack, content.scope):
            if b"\r\n" not in data or not file.endswith((".yaml", ".yml")):
                continue
            ends, few = fewer(data.decode("utf-8", "replace"))
            if few:
                yield Problem(
                    place=Place(file=file, line=few[0][0], column=1),
                    rule=NAME,
                    message=f"{len(few)} of its lines end with {ends}, the others don't",
                    hint=f"the last of them is line {few[-1][0]}" if len(few) > 1 else None,
                    severity=Severity.WARNING,
                )
