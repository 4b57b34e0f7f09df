"""Where boxes and arrows stand: layers from top to bottom, few crossings, in pixels.

After Sugiyama: layers, then the order in each by the mean place of neighbours, then their places.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from chatops_cli.model.frozen import frozen
from chatops_cli.rendering.cells import width_of
from chatops_cli.workflows.drawing.ranks import forward_arrows, ranks
from chatops_cli.workflows.drawing.shape import Arrow, Box, Shape

CELL = 7.0
"""The width of a character."""
LINE = 17.0
"""The height of a line of text."""
_PADDING = 24.0
_GAP = 32.0
_RISE = 64.0
_MARGIN = 24.0
_SWEEPS = 12
_LONGEST = 12
"""Layers that an arrow may pass with a place of its own in each."""


@frozen
class Area:
    """A box's middle, and its size."""

    x: float
    y: float
    width: float
    height: float


@frozen
class Layout:
    """The areas of boxes by their ids, and the points that each forward arrow goes through."""

    areas: Mapping[str, Area]
    bends: Mapping[Arrow, tuple[tuple[float, float], ...]]
    width: float
    height: float


def texts_of(box: Box) -> tuple[str, ...]:
    """The lines of text in a box."""
    return tuple(text for text in (box.name, box.action, ", ".join(box.notes)) if text)


def lay_out(shape: Shape) -> Layout:
    """The places of all boxes, and of the arrows that lead forward."""
    forward = forward_arrows(shape)
    rank = ranks((box.id for box in shape.boxes), forward)
    sizes = {box.id: _size(box) for box in shape.boxes}
    through = {arrow: _through(arrow, rank) for arrow in forward}
    layers, links = _layers(rank, through)
    _untangle(layers, links)
    places = _places(layers, links, sizes)
    tops, height = _tops(layers, sizes)
    left = min((x - sizes.get(each, (0.0, 0.0))[0] / 2 for each, x in places.items()), default=0)
    areas = {
        box: Area(
            x=places[box] - left + _MARGIN,
            y=tops[rank[box]],
            width=sizes[box][0],
            height=sizes[box][1],
        )
        for box in sizes
    }
    bends = {
        arrow: tuple((places[each] - left + _MARGIN, tops[rank_]) for each, rank_ in between)
        for arrow, between in through.items()
    }
    right = max((area.x + area.width / 2 for area in areas.values()), default=0.0)
    points = (x for points in bends.values() for x, _ in points)
    width = max([right, *points]) + _MARGIN
    return Layout(areas=areas, bends=bends, width=width, height=height)


def _size(box: Box) -> tuple[float, float]:
    lines = texts_of(box)
    return max(width_of(line) for line in lines) * CELL + _PADDING, len(lines) * LINE + 14


def _through(arrow: Arrow, rank: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """The names of an arrow's places in the layers that it passes."""
    first, last = rank[arrow.source] + 1, rank[arrow.target]
    if last - first > _LONGEST:
        return ()
    return tuple(
        (f"{arrow.source}\n{arrow.target}\n{arrow.label}\n{layer}", layer)
        for layer in range(first, last)
    )


def _layers(
    rank: Mapping[str, int], through: Mapping[Arrow, tuple[tuple[str, int], ...]]
) -> tuple[list[list[str]], Mapping[str, list[str]]]:
    layers: list[list[str]] = [[] for _ in range(max(rank.values(), default=-1) + 1)]
    for box, layer in rank.items():
        layers[layer].append(box)
    links: dict[str, list[str]] = defaultdict(list)
    for arrow, between in through.items():
        for each, layer in between:
            layers[layer].append(each)
        names = [arrow.source, *(each for each, _ in between), arrow.target]
        for upper, lower in pairwise(names):
            links[upper].append(lower)
            links[lower].append(upper)
    return layers, links


def _untangle(layers: list[list[str]], links: Mapping[str, list[str]]) -> None:
    """Put each layer into the order of its neighbours, down and up again."""
    order = {box: float(number) for layer in layers for number, box in enumerate(layer)}
    layer_of = {box: number for number, layer in enumerate(layers) for box in layer}
    for sweep in range(_SWEEPS):
        downwards = sweep % 2 == 0
        for layer in layers if downwards else reversed(layers):
            for box in layer:
                beside = [
                    order[other]
                    for other in links[box]
                    if (layer_of[other] < layer_of[box]) is downwards
                ]
                if beside:
                    order[box] = sum(beside) / len(beside)
            layer.sort(key=order.__getitem__)
            order.update((box, float(number)) for number, box in enumerate(layer))


def _places(
    layers: Sequence[Sequence[str]],
    links: Mapping[str, list[str]],
    sizes: Mapping[str, tuple[float, float]],
) -> Mapping[str, float]:
    """The middle of each box from left to right, near those it is linked with."""
    places: dict[str, float] = {}
    for layer in layers:
        _spread(layer, dict.fromkeys(layer, 0.0), places, sizes)
    for sweep in range(_SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            wanted = {
                box: sum(places[other] for other in links[box]) / len(links[box])
                if links[box]
                else places[box]
                for box in layer
            }
            _spread(layer, wanted, places, sizes)
    return places


def _spread(
    layer: Sequence[str],
    wanted: Mapping[str, float],
    places: dict[str, float],
    sizes: Mapping[str, tuple[float, float]],
) -> None:
    """Give each box of a layer the place it wants, as far as they don't overlap."""
    end = float("-inf")
    shift = 0.0
    for box in layer:
        half = sizes.get(box, (0.0, 0.0))[0] / 2
        places[box] = max(wanted[box], end + half)
        shift += wanted[box] - places[box]
        end = places[box] + half + _GAP
    for box in layer:
        places[box] += shift / len(layer)


def _tops(
    layers: Sequence[Sequence[str]], sizes: Mapping[str, tuple[float, float]]
) -> tuple[list[float], float]:
    """The middle of each layer from the top, and the height of all."""
    tops = []
    y = _MARGIN
    for layer in layers:
        height = max((sizes[box][1] for box in layer if box in sizes), default=0.0)
        tops.append(y + height / 2)
        y += height + _RISE
    return tops, max(y - _RISE, 0.0) + _MARGIN
