"""Mocks that are written are read back as they were."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.workflows.rehearsing.played import Lacking
from chatops_cli.workflows.rehearsing.suite import Suite
from chatops_cli.workflows.rehearsing.suite_file import read_suite
from chatops_cli.workflows.rehearsing.writing import mocks_file, snippet

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
NAMES = (
    st.text(min_size=1, max_size=12, alphabet="abnoyeNull019_. -#:é").map(str.strip).filter(bool)
)


def read(text: str) -> Suite:
    suite = read_suite(text.encode(), file="m.yaml")
    assert isinstance(suite, Suite), suite
    assert not suite.problems, suite.problems
    return suite


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4))
def test_a_file_is_read_back(results: dict[str, Json]) -> None:
    mocks: dict[str, Json] = {
        name: {"status": "failed", "result": result} for name, result in results.items()
    }
    suite = read(mocks_file("web.release", {"app": "x"}, mocks))
    assert (suite.workflow, suite.input) == ("web.release", {"app": "x"})
    found = {name: mock.find(item=None, run=1) for name, mock in suite.mocks.tasks.items()}
    assert {name: json.dumps(a.result) for name, a in found.items() if a is not None} == {
        name: json.dumps(result) for name, result in results.items()
    }
    assert all(a is not None and a.status is Status.FAILED and a.is_whole for a in found.values())


def test_mocks_to_write_can_be_read() -> None:
    def lacking(path: str, item: int | None = None, run: int = 1) -> Lacking:
        return Lacking(path=path, action="web.x", runner="noop", item=item, run=run)

    text = snippet(
        [lacking("a"), lacking("a b.c", 0), lacking("a b.c", 1), lacking("again", None, 3)]
    )
    tasks = read(text).mocks.tasks
    assert set(tasks) == {"a", "a b.c", "again"}
    assert "2 items" in text
    assert tasks["a b.c"].find(item=1, run=1) is not None
    assert tasks["again"].find(item=None, run=3) is not None
    assert tasks["again"].find(item=None, run=2) is None


MOCKS = """\
mocks:
  listed: {runs: [a, {items: [b, c]}], else: d}
  numbered: {items: {5: {runs: {2: x}}}}
  empty:
"""


def test_a_mock_is_found_by_item_and_run() -> None:
    tasks = read(MOCKS).mocks.tasks

    def found(name: str, item: int | None, run: int) -> Json:
        answer = tasks[name].find(item=item, run=run)
        return "none" if answer is None else answer.result

    assert [found("listed", None, 1), found("listed", 1, 2), found("listed", 9, 2)] == [
        "a",
        "c",
        "none",
    ]
    assert found("listed", None, 3) == "d"
    assert [found("numbered", 5, 2), found("numbered", 5, 1), found("numbered", 4, 2)] == [
        "x",
        "none",
        "none",
    ]
    assert [found("numbered", None, 2), found("empty", None, 7)] == ["none", None]
