"""A secret shows nowhere, in whatever shape a program writes it."""

import base64
import html
import json
import random
import shlex
import time
import urllib.parse

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatops_cli.execution.masked_stream import WINDOW
from chatops_cli.execution.masking import Masker
from chatops_cli.model.json import Json
from chatops_cli.rendering.templates import Templates
from chatops_cli.runners.capture import Capture

MASK = "********"
SECRET = "p@ss \"wörd'/&\\x+1"
KEY = "-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA7\nab\nq8Zz0Yb1kXw2\n-----END KEY-----\n"


def mask(text: str, *secrets: Json) -> str:
    return Masker(secrets).text(text)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(SECRET, id="as it is"),
        pytest.param(json.dumps(SECRET)[1:-1], id="JSON"),
        pytest.param(json.dumps(SECRET, ensure_ascii=False)[1:-1], id="JSON in UTF-8"),
        pytest.param(json.dumps(json.dumps(SECRET)[1:-1])[1:-1], id="JSON inside JSON"),
        pytest.param(repr(SECRET)[1:-1], id="Python"),
        pytest.param(shlex.quote(SECRET), id="shell"),
        pytest.param(html.escape(SECRET), id="HTML"),
        pytest.param(urllib.parse.quote(SECRET), id="URL path"),
        pytest.param(urllib.parse.quote(SECRET, safe=""), id="URL"),
        pytest.param(urllib.parse.quote_plus(SECRET), id="URL query"),
        pytest.param("p%40ss%20%22w%c3%b6rd%27%2f%26%5cx%2b1", id="URL in small letters"),
        pytest.param(base64.b64encode(SECRET.encode()).decode().rstrip("="), id="base64"),
        pytest.param(base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="), id="urlsafe"),
    ],
)
def test_encodings_of_a_secret_are_masked(written: str) -> None:
    assert mask(f"login {written} done", SECRET) == f"login {MASK} done"


@pytest.mark.parametrize("before", ["", "u:", "user:"])
def test_secret_inside_a_longer_base64_text_is_masked(before: str) -> None:
    """The header of HTTP's basic authentication."""
    secret = "correct-horse"
    header = base64.b64encode(f"{before}{secret}".encode()).decode()
    masked = mask(f"Basic {header}", secret)
    assert MASK in masked
    shown = masked.removeprefix("Basic ").replace(MASK, "")
    assert len(shown) <= len(before) * 4 // 3 + 5


def test_lines_of_a_key_are_masked_each_but_not_what_all_keys_have() -> None:
    assert mask("MIIEpAIBAAKCAQEA7", KEY) == MASK
    assert mask(KEY, KEY) == MASK
    assert mask(KEY.replace("\n", "\r\n").strip(), KEY) == MASK
    indented = "".join(f"    {line}\n" for line in KEY.splitlines())
    assert mask(indented, KEY) == (
        f"    -----BEGIN KEY-----\n    {MASK}\n    ab\n    {MASK}\n    -----END KEY-----\n"
    )


@pytest.mark.parametrize("value", ["abc", "", "   ", "true", "NONE", "aaaa", True, None, 12, 0.5])
def test_values_that_say_nothing_are_not_looked_for(value: Json) -> None:
    text = "abc true None NONE aaaa 12 0.5"
    assert mask(text, value) == text


def test_numbers_are_masked_too() -> None:
    masker = Masker([493817])
    assert masker.text("pin 493817") == f"pin {MASK}"
    assert masker.json([493817, "493817", 14938170, 5, True]) == [MASK, MASK, MASK, 5, True]


def test_secret_values_inside_lists_and_objects_count() -> None:
    assert mask("one-secret two-secret", {"a": ["one-secret", {"b": "two-secret"}]}) == (
        f"{MASK} {MASK}"
    )


def test_longer_secret_goes_first_and_overlapping_ones_leave_nothing() -> None:
    assert mask("abcdefgh abcdef", "abcdef", "abcdefgh") == f"{MASK} {MASK}"
    assert mask("x abcdefgh y", "abcdef", "defgh") == f"x {MASK} y"


def test_json_is_masked_in_keys_and_texts() -> None:
    masker = Masker(["hunter22", "hunter33"])
    value: Json = {"hunter22": {"a": ["hunter33!", 1]}, "hunter33": None, "x": 1.5}
    assert masker.json(value) == {
        MASK: {"a": [f"{MASK}!", 1]},
        f"{MASK} (2)": None,
        "x": 1.5,
    }


def test_json_that_nests_too_deeply_is_masked_as_a_whole() -> None:
    value: Json = "hunter22"
    for _ in range(5000):
        value = [value]
    assert "hunter22" not in str(Masker(["hunter22"]).json(value))


def test_parameters_are_masked_by_schema_then_by_value() -> None:
    masker = Masker(["abc", "hunter22"], {"pin": {"secret": True}})
    assert masker.parameters({"pin": "abc", "cmd": "login abc hunter22"}) == {
        "pin": MASK,
        "cmd": f"login abc {MASK}",
    }


def test_traceback_shows_no_secret() -> None:
    with pytest.raises(ValueError, match="hunter22") as raised:
        raise ValueError("bad password hunter22")
    text = Masker(["hunter22"]).exception(raised.value)
    assert text.startswith("Traceback")
    assert text.endswith(f'ValueError("bad password {MASK}")\nValueError: bad password {MASK}\n')


def test_without_secrets_everything_stays() -> None:
    masker = Masker()
    value: Json = {"a": [1]}
    assert masker.json(value) is value
    assert masker.text("x") == "x"
    assert masker.stream().feed(b"x") == b"x"
    assert masker.stream().close() == b""
    assert repr(Masker(["hunter22"])).startswith("Masker(")
    assert "hunter22" not in repr(Masker(["hunter22"]))


def test_text_that_is_no_unicode_survives() -> None:
    assert mask("\ud800 hunter22 \udcff", "hunter22") == f"\ud800 {MASK} \udcff"
    stream = Masker(["hunter22"]).stream()
    assert stream.feed(b"\xff\xfe hunter22 \x00") + stream.close() == b"\xff\xfe ******** \x00"


def test_output_is_held_only_while_it_may_be_a_secret() -> None:
    stream = Masker(["hunter22"]).stream()
    assert stream.feed(b"password: hun") == b"password: "
    assert stream.feed(b"t") == b""
    assert stream.feed(b"ing? hunter2") == b"hunting? "
    assert stream.feed(b"2!") == b"********!"
    assert stream.feed(b"hunter") == b""
    assert stream.close() == b"hunter"


def test_repeated_secret_is_not_held_for_ever() -> None:
    stream = Masker(["abababab"]).stream()
    shown = b"".join(stream.feed(b"ab" * 1000) for _ in range(50))
    assert len(stream._held) < 16
    assert set((shown + stream.close()).decode()) == {"*"}


@given(
    st.lists(st.text("abc", min_size=4, max_size=7), min_size=1, max_size=3),
    st.lists(st.text("abcx", max_size=9), max_size=12),
)
@example(["abcabca", "bcab"], ["abcab", "ca", "bcab", "cabca"])
@example(["aabb", "bbaa"], ["aab", "baab", "b"])
def test_pieces_give_the_same_as_the_whole(secrets: list[str], pieces: list[str]) -> None:
    masker = Masker(secrets)
    stream = masker.stream()
    streamed = b"".join(stream.feed(piece.encode()) for piece in pieces) + stream.close()
    assert streamed.decode() == masker.text("".join(pieces))
    told = [s for s in secrets if len(set(s)) > 1]
    for shown in streamed.decode().split(MASK):
        assert not any(secret in shown for secret in told)


@pytest.mark.parametrize("place", [0, WINDOW - 9, WINDOW - 4, WINDOW, 2 * WINDOW - 1])
def test_secret_across_the_edge_of_what_is_searched_at_once(place: int) -> None:
    text = "." * place + "hunter22-and-more" + "." * WINDOW
    assert mask(text, "hunter22-and-more") == "." * place + MASK + "." * WINDOW


@pytest.mark.parametrize("shown_before", range(13))
@pytest.mark.parametrize("shown_after", range(13))
def test_what_a_cut_leaves_of_a_secret_is_masked(shown_before: int, shown_after: int) -> None:
    """Whoever can pad an output must not choose where its secret is cut."""
    secret = "hünter22-more"
    limit = 40
    raw = secret.encode()
    capture = Capture(limit)
    head = b"." * (limit - shown_before) + raw
    tail = raw + b"." * (limit - shown_after)
    capture.feed(head + b"_" * 100 + tail)
    text = Masker([secret]).text(capture.text())
    for size in range(5, len(secret)):
        assert secret[:size] not in text
        assert secret[-size:] not in text
    assert " bytes dropped here …]" in text
    assert text.startswith("." * (limit - shown_before - 1))
    assert text.endswith("." * (limit - shown_after - 1))


def test_cut_output_without_a_torn_secret_stays() -> None:
    text = "head\n[… 12 bytes dropped here …]\nmiddle hunt\n[… 3 bytes dropped here …]\ntail"
    assert mask(text, "hunter22", "xyz-tail") == text.replace("hunt\n", f"{MASK}\n").replace(
        "\ntail", f"\n{MASK}"
    )
    assert mask(text, "nothing-of-it") == text


TEMPLATES = (
    "{{ execution.result }}",
    "{{ execution.result | to_json_string }}",
    "{{ execution.result | to_yaml_string }}",
    "{{ execution.result.stdout }}",
    "{{ execution.result.stdout | json_escape }}",
    "{{ execution.result.stdout | urlencode }}",
    "{{ execution.result.stdout | e }}",
    "{{ execution.result.stdout | upper }}",
    "{{ execution.result.stdout[2:] }}",
    "{{ execution.result.stdout | shell_quote }}",
)


@given(st.text(st.characters(codec="utf-8"), min_size=8), st.text(), st.sampled_from(TEMPLATES))
def test_render_then_mask_never_shows_a_secret(secret: str, around: str, template: str) -> None:
    """Results are masked before they are rendered, and the text once more."""
    masker = Masker([secret])
    if not masker._needles:
        return
    result = masker.json({"stdout": f"{around}{secret}{around}"})
    text = Templates().render(template, {"execution": {"result": result}})
    final = masker.text(text)
    assert secret.strip() not in final.replace(MASK, "")


@given(st.text(st.characters(codec="utf-8"), min_size=8))
def test_masking_rendered_text_alone_catches_plain_and_escaped_forms(secret: str) -> None:
    masker = Masker([secret])
    if not masker._needles:
        return
    context = {"execution": {"result": {"stdout": secret}}}
    for template in (TEMPLATES[3], TEMPLATES[4]):
        final = masker.text(Templates().render(template, context))
        assert secret.strip() not in final.replace(MASK, "")


def test_masking_takes_time_linear_in_the_text() -> None:
    chosen = random.Random(7)
    secrets: list[Json] = ["".join(chosen.choices("ab", k=40)) for _ in range(200)]
    masker = Masker(secrets)
    text = "".join(chosen.choices("ab", k=400_000))
    masker.text(text[:1000])
    start = time.process_time()
    masker.text(text)
    assert time.process_time() - start < 2
