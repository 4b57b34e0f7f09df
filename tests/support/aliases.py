"""Aliases with little to say but their formats."""

from chatops_cli.model.action import ActionRef
from chatops_cli.model.alias import Alias, Format, Representation
from chatops_cli.model.problem import Place


def make_format(
    *texts: str, display: str | None = None, match_multiple: bool = False, line: int = 1
) -> Format:
    """One format; each text is a representation, on lines of their own from `line` on."""
    return Format(
        display=texts[0] if display is None else display,
        representations=tuple(
            Representation(text=text, place=Place(file="alias.yaml", line=line + i, column=5))
            for i, text in enumerate(texts)
        ),
        match_multiple=match_multiple,
    )


def make_alias(
    name: str, *formats: str | Format, enabled: bool = True, pack: str = "demo"
) -> Alias:
    """The alias ``pack.name``; a text is a format with itself as its only representation."""
    return Alias(
        ref=f"{pack}.{name}",
        pack=pack,
        name=name,
        action_ref=ActionRef(f"{pack}.{name}"),
        formats=tuple(
            make_format(f, line=3 + i) if isinstance(f, str) else f for i, f in enumerate(formats)
        ),
        place=Place(file="alias.yaml"),
        enabled=enabled,
    )
