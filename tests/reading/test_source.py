"""Bytes to a node tree: what is wrong has a rule, a place and one line; nothing is raised."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place, Problem
from chatops_cli.reading.file import SIZE_LIMIT
from chatops_cli.reading.source import Source, parse
from chatops_cli.reading.value import Value


def content(source: Source) -> tuple[Json, list[Problem]]:
    """The whole source as JSON, and every problem."""
    problems = list(source.problems)
    if source.root is None:
        return None, problems
    return Value(source.root, file=source.file, key="it", problems=problems).json(), problems


def bomb(levels: int) -> bytes:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines).encode()


def chain(length: int) -> bytes:
    return "\n".join(
        ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, length))]
    ).encode()


BAD = [
    pytest.param(b"a: \x00b\n", "f:1:4: error[control-character]", id="NUL"),
    pytest.param(b"a: 1\nb: x\x07", "f:2:5: error[control-character]", id="control character"),
    pytest.param("é: \ufffe".encode(), "f:1:4: error[control-character]", id="no character"),
    pytest.param(b"a: 1\nb: \xff\n", "f:2:4: error[not-utf8] byte 0xff", id="not UTF-8"),
    pytest.param("a: 1".encode("utf-16"), "f:1:1: error[not-utf8] is UTF-16", id="UTF-16"),
    pytest.param("a: 1".encode("utf-32"), "f:1:1: error[not-utf8] is UTF-32", id="UTF-32"),
    pytest.param(b"a:\n\tb: 1\n", "f:2:1: error[tab-indent]", id="tab"),
    pytest.param(b"a:\n  \tb: 1\n  c: 2\n", "f:2:3: error[tab-indent]", id="tab after spaces"),
    pytest.param(b"a: |\n\ttext", "f:2:1: error[tab-indent]", id="tab in a block"),
    pytest.param(b"a: @b", "f:1:4: error[yaml-syntax] text may not start with '@'", id="at"),
    pytest.param(b"- *foo", "f:1:3: error[yaml-syntax] text that starts with '*'", id="anchor"),
    pytest.param(b"a: 'x\n", "f:2:1: error[yaml-syntax] the quote opened on line 1", id="quote"),
    pytest.param(b"a: b: c", "f:1:5: error[yaml-syntax] a colon may not stand here", id="colon"),
    pytest.param(b'a: "\\d"', "f:1:", id="escape"),
    pytest.param(b"a:\n - b\nc d\n", "f:4:1: error[yaml-syntax] a ':' is missing", id="no colon"),
    pytest.param(
        b"- {{x}} y", "f:1:9: error[yaml-syntax] text goes on after the closing }", id="brace"
    ),
    pytest.param(
        b"- 'it's'", "f:1:7: error[yaml-syntax] text goes on after the closing '", id="its"
    ),
    pytest.param(b'a: "b" c', "f:1:8: error[yaml-syntax] text goes on after", id="after a quote"),
    pytest.param(b"a: *", "f:1:5: error[yaml-syntax] text that starts with '*'", id="star"),
    pytest.param(b"a: &", "f:1:5: error[yaml-syntax] text that starts with '&'", id="ampersand"),
    pytest.param(b"a: !b! c", "f:1:", id="exclamation mark"),
    pytest.param(b"a: > b", "f:1:6: error[yaml-syntax] text may not follow", id="block"),
    pytest.param(b"a: 1\n- c", "f:2:1: error[yaml-syntax] a key of the map", id="dedent"),
    pytest.param(b"- a\nb: 1", "f:2:1: error[yaml-syntax] an item of the list", id="no item"),
    pytest.param(b"a: [1, 2\nb: 3\n", "f:2:", id="open list"),
    pytest.param(b"a: {b: 2\nb: 3\n", "f:2:", id="open mapping"),
    pytest.param(b"a: &x 1\nb: &x 2", "f:2:4: error[yaml-syntax] this anchor's", id="anchors"),
    pytest.param(b"%YAML 3.0\n--- a", "f:1:1: error[yaml-syntax] found incompat", id="version"),
    pytest.param(b"a: 1\n--- \n\nb: 2\n", "f:2:1: error[several-documents]", id="documents"),
    pytest.param(b"---\n---\nb: 2\n", "f:2:1: error[several-documents]", id="first one empty"),
    pytest.param(b"a: 1\nb: 2\r\na: 3", "f:3:1: error[repeated-key]", id="repeated key"),
    pytest.param(b"x:\n - a: 1\n   a: 2", "f:3:4: error[repeated-key]", id="repeated deeper"),
    pytest.param(b"a: {{ x }}", "f:1:5: error[complex-key]", id="unquoted template"),
    pytest.param(b"? [a]\n: b", "f:1:3: error[complex-key] a list", id="list as a key"),
    pytest.param(b"<<: 3", "f:1:5: error[merge-key]", id="merge of a number"),
    pytest.param(b"a: &a [*a]", "f:1:4: error[yaml-bomb]", id="cycle"),
    pytest.param(b"a: &a {b: {c: *a}}", "f:1:4: error[yaml-bomb]", id="longer cycle"),
    pytest.param(b"<<: &a {<<: *a}", "f:1:5: error[yaml-bomb]", id="cycle of merges"),
    pytest.param(bomb(9), "f:6:5: error[yaml-bomb]", id="a billion laughs"),
    pytest.param(chain(150), "f:101:7: error[yaml-bomb]", id="deep through aliases"),
    pytest.param(b"[" * 200, "f:1:100: error[yaml-bomb]", id="deep flow"),
    pytest.param(b"- " * 100_000, "f:1:199: error[yaml-bomb]", id="deep block"),
    pytest.param(b"- a\n" * 200_001, "f:1:1: error[yaml-bomb]", id="many values"),
    pytest.param(b" " * (SIZE_LIMIT + 1), "f: error[oversize]", id="oversize"),
]


@pytest.mark.parametrize(("data", "start"), BAD)
def test_a_mistake_is_one_problem_with_a_place(data: bytes, start: str) -> None:
    """The first thing said is the rule, at the place where a person has to look."""
    source = parse(data, file="f")
    assert [str(problem)[: len(start)] for problem in source.problems] == [start]
    assert "\n" not in str(source.problems[0])


@pytest.mark.parametrize(("data", "start"), [row for row in BAD if len(row.values[0]) < 9999])  # type: ignore[arg-type]  # pytest types a row's values as objects
def test_the_pure_parser_reports_the_same_lines(data: bytes, start: str) -> None:
    """Without libyaml, as some platforms have it, the messages differ and the lines don't."""
    fast, pure = parse(data, file="f"), parse(data, file="f", fast=False)
    assert [problem.rule for problem in pure.problems] == [
        problem.rule for problem in fast.problems
    ]
    assert pure.root is None or content(pure) == content(fast)
    assert start.startswith("f")


def test_a_repeated_key_names_both_places_and_the_last_one_counts() -> None:
    value, problems = content(parse(b"a: 1\nb: 2\na: 3\n", file="p.yaml"))
    assert value == {"a": 3, "b": 2}
    assert [str(problem) for problem in problems] == [
        (
            "p.yaml:3:1: error[repeated-key] the key 'a' is repeated: first at p.yaml:1:1;"
            " the last one counts (remove one of them)"
        )
    ]


def test_scalars_are_read_as_pyyaml_reads_them() -> None:
    text = b"[0x1F, 010, 0b11, 1:30, -1:30.5, 1_000, ~, yes, 'no', 1.10, 1e3, -2.5, 2020-01-01, =]"
    value, problems = content(parse(text, file="f"))
    assert value == [
        *[31, 8, 3, 90, -90.5, 1000, None, True, "no", 1.1, "1e3", -2.5, "2020-01-01", "="]
    ]
    assert problems == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (".nan", ".nan"),
        ("-.inf", "-.inf"),
        ("1.0e+999", "1.0e+999"),
        ("9" * 5000, "9" * 5000),
        ("9." + "9" * 5000, "9." + "9" * 5000),
        ("!!int abc", "abc"),
        ("!!float abc", "abc"),
    ],
)
def test_a_number_json_cannot_hold_stays_text(text: str, kept: str) -> None:
    value, problems = content(parse(f"a: {text}".encode(), file="f"))
    assert value == {"a": kept}
    assert [(problem.rule, problem.place) for problem in problems] == [
        ("not-json", Place(file="f", line=1, column=4))
    ]


def test_tags_mean_nothing_and_run_nothing() -> None:
    value, problems = content(parse(b"a: !!python/object/apply:os.abort []\nb: !x 4", file="f"))
    assert value == {"a": [], "b": "4"}
    assert [problem.rule for problem in problems] == ["yaml-tag", "yaml-tag"]


def test_keys_become_text_as_written() -> None:
    assert content(parse(b"1: a\nyes: b\n~: c\n2020-01-01: d", file="f"))[0] == {
        "1": "a",
        "yes": "b",
        "~": "c",
        "2020-01-01": "d",
    }


def test_merge_keys_add_what_the_mapping_lacks() -> None:
    """One's own key wins, then the mapping that stands first in the list."""
    text = (
        b"x: &x {p: 1, q: 2}\nz: &z {<<: *x, s: 0}\ny:\n  <<: [*z, {q: 5, r: {<<: *z}}]\n  p: 7\n"
    )
    value, problems = content(parse(text, file="f"))
    assert isinstance(value, dict)
    assert value["y"] == {"q": 2, "r": {"p": 1, "q": 2, "s": 0}, "p": 7, "s": 0}
    assert problems == []


def test_aliases_within_the_limits_are_plain_values() -> None:
    value, problems = content(parse(b"a: &a [1]\nb: [*a, *a]", file="f"))
    assert (value, problems) == ({"a": [1], "b": [[1], [1]]}, [])


@pytest.mark.parametrize("data", [b"", b"# only this\n", b"---\n", b"~", b"\xef\xbb\xbf"])
def test_an_empty_file_is_no_problem_of_its_own(data: bytes) -> None:
    assert parse(data, file="f").is_empty


def test_a_bom_and_carriage_returns_are_fine() -> None:
    assert content(parse(b"\xef\xbb\xbfa: |\r\n  x\r\n  y\r\nb: 1\r\n", file="f")) == (
        {"a": "x\ny\n", "b": 1},
        [],
    )


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (1, 1)),
        (("a",), (2, 3)),
        (("a", 1), (3, 5)),
        (("a", 1, "b"), (3, 8)),
        (("a", 7, "b"), (2, 3)),
        (("nothing", 0), (1, 1)),
    ],
)
def test_a_path_leads_to_the_nearest_place(
    path: tuple[str | int, ...], place: tuple[int, int]
) -> None:
    found = parse(b"a:\n  - 1\n  - b: 2\n", file="f").place(path)
    assert (found.line, found.column) == place


def test_the_place_in_an_empty_file_is_the_file() -> None:
    assert parse(b"", file="f").place(("a",)) == Place(file="f")


YAMLISH = st.text(alphabet=" \n\t:-[]{},?&*!|>'\"%@`#<abz019.~é\x00\ufeff\ud7ff", max_size=80)


@settings(deadline=None)
@given(data=st.one_of(st.binary(max_size=200), YAMLISH.map(lambda text: text.encode())))
def test_no_bytes_raise(data: bytes) -> None:
    """Whatever stands in a file: JSON that can be written, or problems of one line each."""
    value, problems = content(parse(data, file="f"))
    json.dumps(value, allow_nan=False)
    assert all("\n" not in problem.message for problem in problems)
    assert content(parse(data, file="f")) == (value, problems)
