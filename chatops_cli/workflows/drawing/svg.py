"""A graph as a picture: SVG, with nothing in it but shapes and text."""

from collections.abc import Iterator
from itertools import pairwise
from xml.sax.saxutils import escape

from chatops_cli.workflows.drawing.layout import LINE, Area, Layout, lay_out, texts_of
from chatops_cli.workflows.drawing.shape import Arrow, Box, Kind, Shape

_STYLE = (
    "text{font:12px ui-monospace,monospace;text-anchor:middle;fill:#1c2530}"
    ".l{fill:#5b6775}.a{fill:#5b6775}"
    "rect{fill:#f5f8fb;stroke:#6c7a89}.join{fill:#fff6dd}.command{fill:#fdeaea}"
    "path{fill:none;stroke:#6c7a89}"
)
_MARKER = (
    '<defs><marker id="to" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7"'
    ' orient="auto"><path d="M0 0L8 4L0 8z" style="fill:#6c7a89"/></marker></defs>'
)
_LABEL = 28
_LOOP = 36.0


def draw_svg(shape: Shape) -> str:
    """The picture, with a line break at its end."""
    layout = lay_out(shape)
    back = [arrow for arrow in shape.arrows if arrow not in layout.bends]
    width = layout.width + (_LOOP * (len(back) + 1) if back else 0.0)
    size = f'width="{width:.0f}" height="{layout.height:.0f}"'
    view = f'viewBox="0 0 {width:.0f} {layout.height:.0f}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view}>',
        f"<title>{escape(shape.name)}</title>",
        f"<style>{_STYLE}</style>",
        _MARKER,
    ]
    for arrow in layout.bends:
        lines += _arrow(arrow, layout)
    for number, arrow in enumerate(back):
        lines += _back(arrow, layout, layout.width + _LOOP * number)
    for box in shape.boxes:
        lines += _box(box, layout.areas[box.id])
    return "\n".join([*lines, "</svg>"]) + "\n"


def _arrow(arrow: Arrow, layout: Layout) -> Iterator[str]:
    source, target = layout.areas[arrow.source], layout.areas[arrow.target]
    points = [
        (source.x, source.y + source.height / 2),
        *layout.bends[arrow],
        (target.x, target.y - target.height / 2),
    ]
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (y0 + y1) / 2
        path += f"C{x0:.1f} {middle:.1f} {x1:.1f} {middle:.1f} {x1:.1f} {y1:.1f}"
    yield f'<path d="{path}" marker-end="url(#to)"/>'
    (x0, y0), (x1, y1) = points[0], points[1]
    yield from _label(arrow, x0 + (x1 - x0) * 0.6, y0 + (y1 - y0) * 0.6)


def _back(arrow: Arrow, layout: Layout, x: float) -> Iterator[str]:
    """An arrow that leads back, on the right of everything."""
    source, target = layout.areas[arrow.source], layout.areas[arrow.target]
    x0, y0 = source.x + source.width / 2, source.y + LINE / 3
    x1, y1 = target.x + target.width / 2, target.y - LINE / 3
    yield (
        f'<path d="M{x0:.1f} {y0:.1f}C{x:.1f} {y0:.1f} {x:.1f} {y0:.1f} {x:.1f}'
        f" {(y0 + y1) / 2:.1f}C{x:.1f} {y1:.1f} {x:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
        '" marker-end="url(#to)"/>'
    )
    yield from _label(arrow, (x0 + x) / 2, y0 - 4)


def _label(arrow: Arrow, x: float, y: float) -> Iterator[str]:
    if arrow.label:
        text = arrow.label if len(arrow.label) <= _LABEL else f"{arrow.label[: _LABEL - 1]}…"
        shown = f"<title>{escape(arrow.label)}</title>{escape(text)}"
        yield f'<text class="l" x="{x:.1f}" y="{y:.1f}">{shown}</text>'


def _box(box: Box, area: Area) -> Iterator[str]:
    left, top = area.x - area.width / 2, area.y - area.height / 2
    radius = {Kind.TASK: 4.0, Kind.JOIN: 12.0, Kind.COMMAND: area.height / 2}[box.kind]
    yield (
        f'<rect class="{box.kind.value}" x="{left:.1f}" y="{top:.1f}" width="{area.width:.1f}"'
        f' height="{area.height:.1f}" rx="{radius:.1f}"/>'
    )
    for number, line in enumerate(texts_of(box)):
        y = top + 7 + LINE * (number + 0.75)
        kind = ' class="a"' if number else ""
        yield f'<text{kind} x="{area.x:.1f}" y="{y:.1f}">{escape(line)}</text>'
