"""Graphs as lines of text: each task once, within the width, in Unicode and ASCII."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops_cli.rendering.cells import width_of
from chatops_cli.workflows.drawing.shape import Arrow, Box, Shape, chain_shape, condition
from chatops_cli.workflows.drawing.text import draw_text
from tests.support.definitions import chain
from tests.support.shapes import release, shape_of, shapes

WIDE = """\
● checkout  git.clone
├─ succeeded: test (with items, 2 at once)  ci.test
│  ↓ deploy (join all, retry 3)  ops.deploy
│  ├─ succeeded: announce (each way)  chat.post
│  ├─ failed() and ctx().force: → deploy (join)
│  └─ failed: rollback (delay 5)  ops.rollback
│     ↓ fail
├─ succeeded: build  ci.build
│  → succeeded: deploy (join)
└─ failed: → announce
"""

NARROW = """\
● checkout  git.clone
├─ succeeded: test (with items, 2 at on…
│  ↓ deploy (join all, retry 3)  ops.de…
│  ├─ succeeded: announce (each way)  c…
│  ├─ failed() and ctx…: → deploy (join)
│  └─ failed: rollback (delay 5)  ops.r…
│     ↓ fail
├─ succeeded: build  ci.build
│  → succeeded: deploy (join)
└─ failed: → announce
"""

PLAIN = """\
* checkout  git.clone
|- succeeded: test (with items, 2 at once)  ci.test
|  v deploy (join all, retry 3)  ops.deploy
|  |- succeeded: announce (each way)  chat.post
|  |- failed() and ctx().force: -> deploy (join)
|  `- failed: rollback (delay 5)  ops.rollback
|     v fail
|- succeeded: build  ci.build
|  -> succeeded: deploy (join)
`- failed: -> announce
"""


def test_a_workflow_in_a_terminal_of_eighty_cells() -> None:
    assert draw_text(release()) == WIDE


def test_a_workflow_in_forty_cells() -> None:
    assert draw_text(release(), width=40) == NARROW


def test_a_workflow_in_ascii() -> None:
    assert draw_text(release(), ascii_only=True) == PLAIN
    assert PLAIN.isascii()


def test_several_starts_and_what_no_way_leads_to_stand_by_themselves() -> None:
    text = """\
        tasks:
          b: {action: p.b}
          a: {action: p.a, next: [{do: b}]}
          c: {}
          loop: {action: p.l, next: [{do: loop}]}
        """
    assert draw_text(shape_of(text, strict=False)) == (
        "● a  p.a\n↓ b  p.b\n\n● c\n\nloop  p.l\n→ loop\n"
    )


def test_what_is_too_deep_is_drawn_below() -> None:
    """In twenty cells three levels fit."""
    boxes = tuple(Box(id=f"t{i}", name=f"t{i}") for i in range(15))
    arrows = tuple(Arrow(source=f"t{i}", target=f"t{2 * i + n}") for i in range(7) for n in (1, 2))
    shape = Shape(name="x", boxes=boxes, arrows=arrows, starts=("t0",))
    assert draw_text(shape, width=20) == (
        "● t0\n├─ t1\n│  ├─ t3\n│  │  ├─ t7\n│  │  └─ t8\n│  └─ t4\n│     ├─ t9\n│     └─ t10\n"
        "└─ t2\n   ├─ t5\n   │  ├─ t11\n   │  └─ t12\n   └─ t6\n      ├─ t13\n      └─ t14\n"
    )
    deeper = tuple(Box(id=f"t{i}", name=f"t{i}") for i in range(63))
    more = tuple(Arrow(source=f"t{i}", target=f"t{2 * i + n}") for i in range(31) for n in (1, 2))
    lines = draw_text(Shape(name="x", boxes=deeper, arrows=more, starts=("t0",)), width=20)
    assert "│  │  │  ├─ → t15 (…\n" in lines
    assert "\n\nt15\n├─ t31\n└─ t32\n" in lines


def test_a_chain_is_drawn_alike() -> None:
    found = chain(
        """\
        default: a
        chain:
          - {name: a, ref: p.a, on-success: b, on-failure: c}
          - {name: b, ref: p.b, on-success: "{{ x }}"}
          - {name: c, ref: p.c}
        """
    ).chain
    assert found is not None
    assert draw_text(chain_shape(found)) == "● a  p.a\n├─ succeeded: b  p.b\n└─ failed: c  p.c\n"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<% succeeded() %>", "succeeded"),
        ("{{ failed() }}", "failed"),
        ("<% completed() and ctx().x %>", "completed() and ctx().x"),
        ("<% a %> <% b %>", "<% a %> <% b %>"),
        ("<% a\n  + b %>", "a + b"),
        ("p.<% x %>", "p.<% x %>"),
        ("<% '\x1b[31m' %>", r"'\x1b[31m'"),
        ("", ""),
    ],
)
def test_a_condition_is_short_and_fit_for_a_terminal(written: str, shown: str) -> None:
    assert condition(written) == shown


def test_control_characters_of_a_file_do_not_reach_the_terminal() -> None:
    text = 'tasks: {"a\\e[31m": {action: "p.x\\e]0;hi\\a"}}'
    assert draw_text(shape_of(text, strict=False)) == "● a\\x1b[31m  p.x\\x1b]0;hi\\x07\n"


@settings(max_examples=40)
@given(shapes(), st.integers(20, 90), st.booleans())
def test_every_task_has_a_line_of_its_own_within_the_width(
    shape: Shape, width: int, ascii_only: bool
) -> None:
    drawn = draw_text(shape, width=width, ascii_only=ascii_only)
    assert all(width_of(line) <= width for line in drawn.splitlines())
    wide = draw_text(shape, width=400).splitlines()
    own = Counter(
        line.split("  action")[0].split()[-1] for line in wide if line.endswith("  action")
    )
    assert own == Counter({box.name: 1 for box in shape.boxes})


def test_a_thousand_tasks_one_after_the_other_need_no_indentation() -> None:
    boxes = tuple(Box(id=f"t{i}", name=f"t{i}") for i in range(1000))
    arrows = tuple(Arrow(source=f"t{i}", target=f"t{i + 1}") for i in range(999))
    lines = draw_text(Shape(name="x", boxes=boxes, arrows=arrows, starts=("t0",))).splitlines()
    assert (len(lines), lines[0], lines[-1]) == (1000, "● t0", "↓ t999")
