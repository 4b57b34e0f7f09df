"""What a process of tests may ask: whatever it sends, it gets a line back."""

import json

import pytest

from chatops_cli.pack_tests.desk import Desk


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"", "the question is no JSON object"),
        (b"[]", "the question is no JSON object"),
        (b"[" * 100_000, "the question is no JSON object"),
        (b'{"do": "burn"}', "the tests ask for 'burn', which is not known"),
        (b'{"do": "match", "format": 1}', "format must be text, not 1"),
        (b'{"do": "find", "kind": "actions", "name": "x"}', "actions can't be looked up in tests"),
        (b'{"do": "get", "name": "x"}', "there is no datastore in tests (use st2tests.mocks)"),
        (b'{"do": "alias", "name": "x"}', "the pack demo has no alias named 'x'"),
        (b'{"do": "match", "format": "a (", "message": "a"}', "the format is not a regular"),
    ],
)
def test_a_wrong_question_is_answered(line: bytes, error: str) -> None:
    answer = json.loads(Desk("demo", {}, lambda _: None).answer(line))
    assert answer["error"].startswith(error)


def test_what_is_told_is_kept() -> None:
    desk = Desk("demo", {}, lambda name: {"name": name})
    assert json.loads(desk.answer(b'{"do": "tell", "counts": {}}')) == {}
    assert json.loads(desk.answer(b'{"do": "refuse", "why": "so"}')) == {}
    assert desk.told == {"do": "tell", "counts": {}}
    assert desk.refused == "so"
    assert json.loads(desk.answer(b'{"do": "alias", "name": "a"}')) == {
        "pack": "demo",
        "alias": {"name": "a"},
    }
