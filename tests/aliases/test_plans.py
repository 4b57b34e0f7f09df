"""What is kept of formats, and that a second process reads nothing anew."""

from collections.abc import Mapping, Sequence

import pytest

from chatops_cli.aliases import plan, preparation, store
from chatops_cli.aliases.index import SCANS, Index
from chatops_cli.aliases.literals import rarest, required
from chatops_cli.aliases.outcome import Matched, Unmatched
from chatops_cli.aliases.table import KEPT, AliasTable, build_table
from chatops_cli.catalog.cache import Cache
from chatops_cli.model.alias import Alias
from tests.support.aliases import make_alias


class Rows:
    """A store that counts what it is asked."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], str] = {}
        self.asked: list[tuple[str, int]] = []
        self.written: list[tuple[str, int]] = []

    def get(self, kind: str, keys: Sequence[str]) -> dict[str, str]:
        self.asked.append((kind, len(keys)))
        return {key: self.rows[kind, key] for key in keys if (kind, key) in self.rows}

    def put(self, kind: str, items: Mapping[str, str]) -> None:
        self.written.append((kind, len(items)))
        self.rows |= {(kind, key): value for key, value in items.items()}


ALIASES = (
    make_alias("ping", "ping {{host}}( count {{n=3}})?", "pong ("),
    make_alias("say", "say '{{x}}' to {{y}}", r"(?:\b|^)see (?P<k>\d+)(?:\b|$)"),
)
MESSAGES = ("ping web count 4", "ping web", "say 'a b' to 'c d'", "é see 12", "nothing")


def table(*aliases: Alias, rows: store.PlanStore | None = None, strict: bool = False) -> AliasTable:
    return build_table(aliases, strict=strict, settable=lambda _: frozenset(), plans=rows)


def test_kept_plans_answer_the_same_without_reading_a_format(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = Rows()
    first = table(*ALIASES, rows=rows)
    expected = [first.match(message) for message in MESSAGES]
    assert rows.written == [(store.PLAN, 4), (store.INDEX, 1)]

    def read(*_: object, **__: object) -> None:
        raise AssertionError("a format was read again")

    monkeypatch.setattr(preparation, "replace", read)
    rows.asked.clear()
    second = table(*ALIASES, rows=rows)
    assert rows.asked == [(store.INDEX, 1)]
    assert [second.match(message) for message in MESSAGES] == expected
    assert second.problems == first.problems
    assert [problem.place.line for problem in second.problems] == [4]


def test_a_change_reads_the_changed_format_alone() -> None:
    rows = Rows()
    table(*ALIASES, rows=rows)
    rows.written.clear()
    table(*ALIASES, make_alias("new", "ping me"), rows=rows)
    assert rows.written == [(store.PLAN, 1), (store.INDEX, 1)]


def test_the_two_modes_are_kept_apart() -> None:
    rows = Rows()
    assert isinstance(table(*ALIASES, rows=rows).match("PING web"), Matched)
    assert isinstance(table(*ALIASES, rows=rows, strict=True).match("PING web"), Unmatched)
    assert isinstance(table(*ALIASES, rows=rows).match("PING web"), Matched)


def test_the_catalogs_cache_keeps_plans(tmp_path: "object") -> None:
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    expected = [table(*ALIASES).match(message) for message in MESSAGES]
    for _ in range(2):
        cache = Cache(tmp_path / "cache.sqlite")
        some = table(*ALIASES, rows=cache)
        assert [some.match(message) for message in MESSAGES] == expected
        cache.close()


def test_a_plan_survives_as_text() -> None:
    for alias in ALIASES:
        for form in alias.formats:
            text = form.representations[0].text
            if text != "pong (":
                made = preparation.prepare(text, strict=False).plan
                assert plan.from_json(plan.to_json(made)) == made
    for damaged in ("[]", "[1]", "{}", "nonsense"):
        with pytest.raises(ValueError, match=r".*"):
            plan.from_json(damaged)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("deploy {{a}} to {{b}}", (("deploy",), ("to",))),
        ("Straße {{a}}", (("straße",),)),
        ("re-run it's", (("re",), ("run",), ("it",), ("s",))),
        ("( on {{b}})? now", (("now",),)),
        ("(show|list) {{a}}", (("list", "show"),)),
        ("(show|sh) {{a}}", (("sh",),)),
        ("(show|) {{a}}", ()),
        ("(abc)+ (?P<x>def)", (("abc",), ("def",))),
        ("a.c [xy]z", (("a",), ("c",), ("z",))),
        ("{{a}}", ()),
    ],
)
def test_required_literals(form: str, expected: object) -> None:
    assert required(preparation.read(form, strict=False).tree) == expected


def test_the_rarest_literal_stands_for_a_format() -> None:
    index, always = rarest(
        [(("deploy",), ("gate",)), (("deploy",), ("site",)), (), (("in",), ("deploy",), ("of",))]
    )
    assert index == {"gate": [0], "site": [1], "deploy": [3]}
    assert always == [2]


def test_the_index_finds_the_same_by_scan_and_by_automaton() -> None:
    index = Index({"ab": [0, 2], "b": [1], "abc": [3]}, [4])
    texts = ("ab", "xabcx", "b", "", "c")
    expected = [[0, 1, 2, 4], [0, 1, 2, 3, 4], [1, 4], [4], [4]]
    for _ in range(SCANS):
        assert [list(index.candidates(text)) for text in texts] == expected


def test_formats_that_were_not_used_for_long_are_dropped_and_come_back() -> None:
    some = table(*(make_alias(f"n{i}", f"word{i:05} {{{{x}}}}") for i in range(KEPT + 10)))
    for number in (*range(KEPT + 10), 0):
        found = some.match(f"word{number:05} y")
        assert isinstance(found, Matched)
        assert found.alias.name == f"n{number}"
