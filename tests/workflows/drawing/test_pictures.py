"""Graphs in Mermaid, for Graphviz, and as SVG."""

import re
from xml.etree import ElementTree as ET

from hypothesis import given, settings

from chatops_cli.workflows.drawing.dot import draw_dot
from chatops_cli.workflows.drawing.layout import lay_out
from chatops_cli.workflows.drawing.mermaid import draw_mermaid
from chatops_cli.workflows.drawing.shape import Arrow, Box, Kind, Shape
from chatops_cli.workflows.drawing.svg import draw_svg
from tests.support.shapes import release, shapes

MERMAID = """\
flowchart TD
    t0["checkout<br/>git.clone"]
    t1["test<br/>ci.test<br/>with items, 2 at once"]
    t2["build<br/>ci.build"]
    t3{{"deploy<br/>ops.deploy<br/>join all, retry 3"}}
    t4["rollback<br/>ops.rollback<br/>delay 5"]
    t5["announce<br/>chat.post<br/>each way"]
    t6(["fail"])
    t0 -->|"succeeded"| t1
    t0 -->|"succeeded"| t2
    t0 -->|"failed"| t5
    t1 --> t3
    t2 -->|"succeeded"| t3
    t3 -->|"succeeded"| t5
    t3 -->|"failed() and ctx().force"| t3
    t3 -->|"failed"| t4
    t4 --> t6
"""

DOT = r"""digraph "w" {
  rankdir=TB;
  node [fontname="sans-serif"];
  t0 [shape=box, label="checkout\ngit.clone"];
  t1 [shape=box, label="test\nci.test\nwith items, 2 at once"];
  t2 [shape=box, label="build\nci.build"];
  t3 [shape=hexagon, label="deploy\nops.deploy\njoin all, retry 3"];
  t4 [shape=box, label="rollback\nops.rollback\ndelay 5"];
  t5 [shape=box, label="announce\nchat.post\neach way"];
  t6 [shape=oval, label="fail"];
  t0 -> t1 [label="succeeded"];
  t0 -> t2 [label="succeeded"];
  t0 -> t5 [label="failed"];
  t1 -> t3;
  t2 -> t3 [label="succeeded"];
  t3 -> t5 [label="succeeded"];
  t3 -> t3 [label="failed() and ctx().force"];
  t3 -> t4 [label="failed"];
  t4 -> t6;
}
"""

HOSTILE = Shape(
    name='"</title>',
    boxes=(
        Box(id="a", name='"]; x --> y', action="a<b>&c #1", kind=Kind.JOIN),
        Box(id="b", name='b\\"'),
    ),
    arrows=(Arrow(source="a", target="b", label='"|<script>alert(1)</script>'),),
    starts=("a",),
)
SVG = "{http://www.w3.org/2000/svg}"


def test_a_workflow_in_mermaid() -> None:
    assert draw_mermaid(release()) == MERMAID


def test_a_workflow_for_graphviz() -> None:
    assert draw_dot(release()) == DOT


def test_what_a_file_says_stays_text_in_mermaid() -> None:
    assert draw_mermaid(HOSTILE).splitlines()[1:] == [
        '    t0{{"#quot;]; x --#gt; y<br/>a#lt;b#gt;#amp;c #35;1"}}',
        '    t1["b\\#quot;"]',
        '    t0 -->|"#quot;|#lt;script#gt;alert(1)#lt;/script#gt;"| t1',
    ]


def test_what_a_file_says_stays_text_in_graphviz() -> None:
    assert draw_dot(HOSTILE).splitlines()[3:6] == [
        r'  t0 [shape=hexagon, label="\"]; x --> y\na<b>&c #1"];',
        r'  t1 [shape=box, label="b\\\""];',
        r'  t0 -> t1 [label="\"|<script>alert(1)</script>"];',
    ]


def test_a_workflow_as_a_picture() -> None:
    root = ET.fromstring(draw_svg(release()))
    texts = {text for node in root.iter(f"{SVG}text") for text in node.itertext()}
    assert {"checkout", "git.clone", "join all, retry 3", "fail", "succeeded"} <= texts
    assert len(root.findall(f"{SVG}rect")) == 7
    assert len(root.findall(f"{SVG}path")) == 9
    assert {node.get("class") for node in root.findall(f"{SVG}rect")} == {
        "task", "join", "command",
    }  # fmt: skip


def test_what_a_file_says_stays_text_in_a_picture() -> None:
    picture = draw_svg(HOSTILE)
    root = ET.fromstring(picture)
    assert root.findtext(f"{SVG}title") == '"</title>'
    assert "<script" not in picture


def test_a_long_condition_is_cut_and_told_in_full() -> None:
    shape = Shape(
        name="x",
        boxes=(Box(id="a", name="a"), Box(id="b", name="b")),
        arrows=(Arrow(source="a", target="b", label="ctx().x = 1 and ctx().y = 2 or z"),),
        starts=("a",),
    )
    picture = draw_svg(shape)
    assert ">ctx().x = 1 and ctx().y = 2…<" in picture
    assert "<title>ctx().x = 1 and ctx().y = 2 or z</title>" in picture


@settings(max_examples=40)
@given(shapes())
def test_boxes_never_overlap_and_arrows_lead_down(shape: Shape) -> None:
    layout = lay_out(shape)
    areas = [layout.areas[box.id] for box in shape.boxes]
    for number, one in enumerate(areas):
        assert one.x - one.width / 2 >= 0
        assert one.x + one.width / 2 <= layout.width
        for other in areas[:number]:
            beside = abs(one.x - other.x) >= (one.width + other.width) / 2
            above = abs(one.y - other.y) >= (one.height + other.height) / 2
            assert beside or above
    for arrow in layout.bends:
        assert layout.areas[arrow.source].y < layout.areas[arrow.target].y


@settings(max_examples=40)
@given(shapes())
def test_a_picture_shows_every_task_and_every_way(shape: Shape) -> None:
    root = ET.fromstring(draw_svg(shape))
    assert len(root.findall(f"{SVG}rect")) == len(shape.boxes)
    assert len(root.findall(f"{SVG}path")) == len(shape.arrows)
    number = r"-?\d+(?:\.\d+)?"
    for node in root.findall(f"{SVG}path"):
        assert re.fullmatch(rf"(?:[MC ]?{number})+", node.get("d", ""))


def test_a_way_over_many_layers_goes_straight() -> None:
    """A place in each layer for each such way would take more than can be seen."""
    boxes = tuple(Box(id=f"t{i}", name=f"t{i}") for i in range(20))
    chain = tuple(Arrow(source=f"t{i}", target=f"t{i + 1}") for i in range(19))
    long, short = Arrow(source="t0", target="t19"), Arrow(source="t0", target="t5")
    shape = Shape(name="x", boxes=boxes, arrows=(*chain, long, short), starts=("t0",))
    layout = lay_out(shape)
    assert (len(layout.bends[long]), len(layout.bends[short])) == (0, 4)


def test_an_empty_shape_is_an_empty_picture() -> None:
    empty = Shape(name="x", boxes=(), arrows=(), starts=())
    assert ET.fromstring(draw_svg(empty)).findall(f"{SVG}rect") == []
