"""What is sought, in layers: found as in one, shared, and cheap to add to."""

from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.execution.masking import Masker
from chatops_cli.execution.sought import Sought

TEXTS = st.lists(st.lists(st.binary(min_size=1, max_size=3), max_size=5), max_size=12)


@given(groups=TEXTS, data=st.binary(max_size=60))
def test_all_that_was_added_is_found(groups: list[list[bytes]], data: bytes) -> None:
    sought = Sought()
    for group in groups:
        sought.add(group)
    texts = {text for group in groups for text in group}
    assert set(sought) == texts
    assert len(sought) == len(texts)
    assert bool(sought) == bool(texts)
    places = {
        (start, start + len(text))
        for text in texts
        for start in range(len(data))
        if data.startswith(text, start)
    }
    assert {(start, end) for _, start, end in sought.find(data)} == places


def test_layers_stay_few() -> None:
    sought = Sought()
    for number in range(2000):
        sought.add([b"%d" % number])
    assert len(sought._layers) <= 12


def test_a_copy_goes_its_own_way_and_is_taken_back() -> None:
    sought = Sought([b"abc"])
    made = sought.copy()
    made.add([b"def"])
    assert set(sought) == {b"abc"}
    sought.absorb(made)
    sought.absorb(sought)
    assert set(sought) == {b"abc", b"def"}


def test_maskers_that_share_learn_together() -> None:
    whole, part = Masker(["hunter22"]), Masker(["swordfish"])
    part.share(whole)
    stream = whole.stream()
    part.learn(["correct horse"])
    text = "hunter22 swordfish correct horse"
    assert whole.text(text) == part.text(text) == "******** ******** ********"
    assert stream.feed(text.encode(), is_last=True) == b"******** ******** ********"
