"""The layers of a graph: each box below all that lead to it, loops aside."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from chatops_cli.workflows.drawing.shape import Arrow, Shape


def forward_arrows(shape: Shape) -> tuple[Arrow, ...]:
    """The arrows without those that lead back into a loop."""
    outgoing: dict[str, list[Arrow]] = defaultdict(list)
    for arrow in shape.arrows:
        outgoing[arrow.source].append(arrow)
    back: set[Arrow] = set()
    open_boxes: set[str] = set()
    seen: set[str] = set()
    for start in (*shape.starts, *(box.id for box in shape.boxes)):
        if start in seen:
            continue
        seen.add(start)
        open_boxes.add(start)
        # Without recursion: a chain may be longer than the interpreter's stack.
        work = [(start, iter(outgoing[start]))]
        while work:
            box, arrows = work[-1]
            following = next(arrows, None)
            if following is None:
                open_boxes.discard(box)
                work.pop()
            elif following.target in open_boxes:
                back.add(following)
            elif following.target not in seen:
                seen.add(following.target)
                open_boxes.add(following.target)
                work.append((following.target, iter(outgoing[following.target])))
    return tuple(arrow for arrow in shape.arrows if arrow not in back)


def ranks(boxes: Iterable[str], arrows: Iterable[Arrow]) -> Mapping[str, int]:
    """The layer of each box, from 0; the arrows must be those that lead forward."""
    outgoing: dict[str, list[str]] = defaultdict(list)
    found = dict.fromkeys(boxes, 0)
    before = dict.fromkeys(found, 0)
    for arrow in arrows:
        outgoing[arrow.source].append(arrow.target)
        before[arrow.target] += 1
    waiting = [box for box, number in before.items() if not number]
    while waiting:
        box = waiting.pop()
        for target in outgoing[box]:
            found[target] = max(found[target], found[box] + 1)
            before[target] -= 1
            if not before[target]:
                waiting.append(target)
    return found
