"""A graph in Mermaid's language, which forges and wikis draw."""

from chatops_cli.workflows.drawing.shape import Box, Kind, Shape

_BRACKETS = {Kind.TASK: ("[", "]"), Kind.JOIN: ("{{", "}}"), Kind.COMMAND: ("([", "])")}
_ENTITIES = {
    ord(sign): f"#{name};"
    for sign, name in (("#", "35"), ('"', "quot"), ("<", "lt"), (">", "gt"), ("&", "amp"))
}


def draw_mermaid(shape: Shape) -> str:
    """A flowchart from top to bottom, with a line break at its end."""
    ids = {box.id: f"t{number}" for number, box in enumerate(shape.boxes)}
    lines = ["flowchart TD"]
    lines += [f"    {ids[box.id]}{_box(box)}" for box in shape.boxes]
    for arrow in shape.arrows:
        label = f'|"{_escaped(arrow.label)}"|' if arrow.label else ""
        lines.append(f"    {ids[arrow.source]} -->{label} {ids[arrow.target]}")
    return "\n".join(lines) + "\n"


def _box(box: Box) -> str:
    opening, closing = _BRACKETS[box.kind]
    texts = (box.name, box.action, ", ".join(box.notes))
    inner = "<br/>".join(_escaped(text) for text in texts if text)
    return f'{opening}"{inner}"{closing}'


def _escaped(text: str) -> str:
    return " ".join(text.split()).translate(_ENTITIES)
