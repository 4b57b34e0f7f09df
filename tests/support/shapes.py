"""Shapes to draw."""

from hypothesis import strategies as st

from chatops_cli.workflows.drawing.shape import Arrow, Box, Shape, workflow_shape
from chatops_cli.workflows.graph import build_graph
from tests.support.definitions import read

RELEASE = """\
tasks:
  checkout:
    action: git.clone
    next:
      - when: <% succeeded() %>
        do: [test, build]
      - when: <% failed() %>
        do: announce
  test:
    with: {items: <% ctx().st2.keys() %>, concurrency: 2}
    action: ci.test
    next: [{do: deploy}]
  build:
    action: ci.build
    next: [{when: <% succeeded() %>, do: deploy}]
  deploy:
    join: all
    retry: {count: 3}
    action: ops.deploy
    next:
      - {when: <% succeeded() %>, do: announce}
      - {when: <% failed() and ctx().force %>, do: deploy}
      - {when: <% failed() %>, do: rollback}
  rollback:
    delay: 5
    action: ops.rollback
    next: [{do: fail}, {do: continue}]
  announce:
    action: chat.post
"""


def shape_of(text: str, *, strict: bool = True) -> Shape:
    """The shape of a definition, which has no mistakes where `strict`."""
    definition = read(text)
    assert definition.workflow is not None
    assert not strict or definition.problems == ()
    return workflow_shape(definition.workflow, build_graph(definition.workflow))


def release() -> Shape:
    """A workflow with most of what is drawn."""
    return shape_of(RELEASE)


def shapes() -> st.SearchStrategy[Shape]:
    """Any graph: loops, islands, several starts or none."""
    return st.integers(1, 9).flatmap(_of_size)


def _of_size(number: int) -> st.SearchStrategy[Shape]:
    ids = st.sampled_from([f"t{i}" for i in range(number)])
    boxes = tuple(Box(id=f"t{i}", name=f"n{i}", action="action") for i in range(number))
    arrows = st.builds(
        Arrow, source=ids, target=ids, label=st.sampled_from(["", "failed", "ctx().x = '…'"])
    )
    return st.builds(
        lambda arrows, starts: Shape(
            name="any", boxes=boxes, arrows=tuple(arrows), starts=tuple(starts)
        ),
        st.lists(arrows, max_size=16, unique=True),
        st.lists(ids, max_size=3, unique=True),
    )
