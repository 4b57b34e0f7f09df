"""`@frozen` is what `@dataclass(frozen=True, slots=True, kw_only=True)` is."""

import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from typing import ClassVar

import pytest

from chatops_cli.model.frozen import frozen


@frozen
class Point:
    """Has each kind of field."""

    kind: ClassVar[str] = "point"

    x: int
    y: int = 0
    tags: tuple[str, ...] = ()
    more: dict[str, int] = field(default_factory=dict, repr=False)

    @property
    def sum(self) -> int:
        """A property like any other."""
        return self.x + self.y


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What it is compared with."""

    x: int
    y: int = 0
    tags: tuple[str, ...] = ()
    more: dict[str, int] = field(default_factory=dict, repr=False)


def test_it_looks_like_a_dataclass() -> None:
    """Fields, defaults, repr, replace and asdict are those of a dataclass."""
    mine, theirs = Point(x=1), Model(x=1)
    assert [f.name for f in fields(mine)] == [f.name for f in fields(theirs)]
    assert asdict(mine) == asdict(theirs)
    assert repr(mine).replace("Point", "Model") == repr(theirs)
    assert replace(mine, y=4).sum == 5
    assert mine.more is not Point(x=1).more
    assert Point.kind == "point"


def test_equality_and_hash() -> None:
    """Equal fields are equal objects with one hash; other classes never are."""
    assert Point(x=1, tags=("a",)) == Point(x=1, tags=("a",))
    assert Point(x=1) != Point(x=2)
    other: object = Model(x=1)
    assert Point(x=1) != other
    assert hash(Tag(name="a")) == hash(Tag(name="a"))
    assert len({Tag(name="a"), Tag(name="a"), Tag(name="b")}) == 2


@frozen
class Tag:
    name: str

    def __repr__(self) -> str:
        return f"<{self.name}>"


def test_a_method_of_its_own_stays() -> None:
    """What the class defines isn't overwritten."""
    assert repr(Tag(name="a")) == "<a>"


def test_it_is_frozen_and_slotted() -> None:
    """Nothing can be set, deleted or added."""
    point = Point(x=1)
    with pytest.raises(FrozenInstanceError):
        point.x = 2  # type: ignore[misc]  # the point of the test
    with pytest.raises(FrozenInstanceError):
        del point.x
    assert not hasattr(point, "__dict__")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({}, "Point needs 'x'", id="missing"),
        pytest.param({"x": 1, "z": 2}, "Point has no field 'z'", id="unknown"),
    ],
)
def test_wrong_arguments(given: dict[str, int], message: str) -> None:
    """A missing or an unknown field is named."""
    with pytest.raises(TypeError, match=message):
        Point(**given)  # type: ignore[arg-type]  # the point of the test


def test_copies() -> None:
    """Copying and pickling give equal objects."""
    point = Point(x=1, more={"a": 1})
    assert copy.copy(point) == copy.deepcopy(point) == pickle.loads(pickle.dumps(point)) == point


@frozen
class Often:
    """Made many times; each test of it makes its own."""

    x: int
    y: int = 0
    more: dict[str, int] = field(default_factory=dict)


def test_a_class_that_is_made_often_stays_what_it_is() -> None:
    """Its own ``__init__`` takes, fills in and refuses what the shared one does."""
    shared = Often.__init__
    for number in range(250):
        one = Often(x=number)
        assert (one.x, one.y, one.more) == (number, 0, {})
    assert Often.__init__ is not shared
    assert Often(x=1).more is not Often(x=1).more
    assert replace(Often(x=1, more={"a": 1}), y=3) == Often(x=1, y=3, more={"a": 1})
    assert pickle.loads(pickle.dumps(Often(x=5))) == Often(x=5)
    with pytest.raises(TypeError, match="'x'"):
        Often()  # type: ignore[call-arg]  # that is what is tested
    with pytest.raises(TypeError, match="'z'"):
        Often(x=1, z=2)  # type: ignore[call-arg]  # that is what is tested
    with pytest.raises(TypeError):
        Often(1)  # type: ignore[call-arg]  # that is what is tested
    with pytest.raises(FrozenInstanceError):
        Often(x=1).x = 2  # type: ignore[misc]  # that is what is tested


def test_an_own_initialiser_stays() -> None:
    """A class without fields, or with an ``__init__`` that it defines itself, may be made often."""

    @frozen
    class Nothing:
        """No field."""

    @frozen
    class Own:
        """Its own ``__init__``."""

        x: int

        def __init__(self, *, x: int) -> None:
            object.__setattr__(self, "x", x)

    assert all(Nothing() == Nothing() for _ in range(250))
    assert all(Own(x=number).x == number for number in range(250))
