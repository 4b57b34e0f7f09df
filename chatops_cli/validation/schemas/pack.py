"""``pack.yaml``, read by `catalog.pack_file`; other keys are warned of, and no error."""

from chatops_cli.catalog.pack_file import UNUSED, USABLE_REF
from chatops_cli.validation.schemas.terms import Schema, pattern, section, strings, text, unread

_REF = USABLE_REF.pattern.removesuffix(r"\Z")


def schema() -> Schema:
    """What a pack says of itself."""
    return section(
        "A pack.",
        {
            "name": text("What people call it.", required=True),
            "ref": pattern(
                "What stands before the dot of its actions: a-z, 0-9 and _.", rf"^\s*({_REF})?\s*$"
            ),
            "description": text("What it is for, in a line."),
            "version": text("Three numbers, such as 1.0.0."),
            "author": text("Who wrote it."),
            "email": text("Where its author is reached."),
            "keywords": strings("Words by which it is found."),
            "python_versions": strings("The major versions of Python that it runs on."),
            "dependencies": strings("Packs that it needs."),
            **unread(UNUSED),
        },
        required=("name",),
        is_open=True,
        is_optional=False,
    )
