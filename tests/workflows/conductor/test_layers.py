"""Objects in layers give what plain ones give, and change none that they came of."""

from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.model.json import Json, JsonObject
from chatops_cli.workflows.layers import Layered, Over, merged

VALUES: st.SearchStrategy[Json] = st.recursive(
    st.integers(0, 3),
    lambda inner: st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)
OBJECTS = st.dictionaries(st.sampled_from("abcdefgh"), VALUES, max_size=4)


@given(lower=OBJECTS, published=st.lists(OBJECTS, max_size=8))
def test_they_give_what_plain_objects_give(
    lower: JsonObject, published: list[dict[str, Json]]
) -> None:
    plain: list[dict[str, Json]] = [{}]
    layered = [Layered()]
    for values in published:
        plain.append(merged(plain[-1], values))
        layered.append(layered[-1].plus(values))
    for expected, found in zip(plain, layered, strict=True):
        assert list(found.whole().items()) == list(expected.items())
        assert (dict(found), len(found)) == (expected, len(expected))
        both, over = merged(lower, expected), Over(lower, found)
        assert {name: over[name] for name in over} == both
        assert list(over.items()) == list(both.items())
        assert len(over) == len(both)
        assert [(name in found, name in over) for name in "abcdefghi"] == [
            (name in expected, name in both) for name in "abcdefghi"
        ]


def test_a_thousand_with_one_name_more_each_have_few_layers() -> None:
    found, layers = Layered(), set()
    for number in range(1_000):
        found = found.plus({f"v{number}": number})
        layers.add(len(found._layers))
    assert max(layers) <= 10
    assert found["v0"] == 0
    assert found.get("v1000") is None
