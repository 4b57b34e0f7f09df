"""A graph in the language of Graphviz."""

from chatops_cli.workflows.drawing.shape import Box, Kind, Shape

_SHAPES = {Kind.TASK: "box", Kind.JOIN: "hexagon", Kind.COMMAND: "oval"}


def draw_dot(shape: Shape) -> str:
    """A directed graph from top to bottom, with a line break at its end."""
    ids = {box.id: f"t{number}" for number, box in enumerate(shape.boxes)}
    lines = [
        f"digraph {_quoted(shape.name)} {{",
        "  rankdir=TB;",
        '  node [fontname="sans-serif"];',
    ]
    lines += [
        f"  {ids[box.id]} [shape={_SHAPES[box.kind]}, label={_label(box)}];" for box in shape.boxes
    ]
    for arrow in shape.arrows:
        label = f" [label={_quoted(arrow.label)}]" if arrow.label else ""
        lines.append(f"  {ids[arrow.source]} -> {ids[arrow.target]}{label};")
    return "\n".join([*lines, "}"]) + "\n"


def _label(box: Box) -> str:
    texts = (box.name, box.action, ", ".join(box.notes))
    return _quoted(*(text for text in texts if text))


def _quoted(*lines: str) -> str:
    escaped = (" ".join(line.split()).replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(escaped) + '"'
