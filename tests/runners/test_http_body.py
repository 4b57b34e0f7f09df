"""Bodies as bytes, where no server is needed to tell."""

import email
import email.policy
import json

from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.model.json import Json
from chatops_cli.runners.http_body import Body, is_json, make_body

TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSONS: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda each: st.lists(each, max_size=3) | st.dictionaries(TEXTS, each, max_size=3),
)


@given(JSONS)
def test_json_is_sent_as_json(value: Json) -> None:
    bodies: list[Json] = [json.dumps(value)]
    if value is not None and not isinstance(value, str):
        bodies += [value, repr(value)]
    for body in bodies:
        made = make_body({"body": body}, "application/json")
        assert made is not None
        assert json.loads(made.content) == value


@given(TEXTS.filter(bool), TEXTS.filter(bool), st.dictionaries(TEXTS, TEXTS, max_size=3))
def test_a_file_and_its_fields_are_parts(name: str, content: str, fields: dict[str, str]) -> None:
    made = make_body({"file_name": name, "file_content": content, "body": dict(fields)}, None)
    assert made is not None
    head = f"Content-Type: {made.content_type}\r\n\r\n".encode()
    message = email.message_from_bytes(head + made.content, policy=email.policy.HTTP)
    *others, file = message.iter_parts()
    assert file.get_payload(decode=True) == content.encode()
    assert [part.get_payload(decode=True) for part in others] == [
        text.encode() for text in fields.values()
    ]


def test_a_name_stays_in_its_quotes() -> None:
    made = make_body({"file_name": 'a"\r\nX: b', "file_content": "c"}, None)
    assert made is not None
    assert b'name="a%22%0D%0AX: b"; filename="a%22%0D%0AX: b"\r\n' in made.content


def test_a_form_keeps_the_type_that_is_given() -> None:
    assert make_body({"body": {"a": "b"}}, "x/y") == Body(content=b"a=b", content_type=None)


def test_what_is_json() -> None:
    assert is_json(" APPLICATION/json ;charset=x")
    assert not any(map(is_json, (None, "", "text/json", "application/jsonl")))
