"""The one Reader: it fills a dataclass from a mapping, and every mistake becomes a Problem."""

from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, overload

from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.reading.scalar import NULL
from chatops_cli.reading.source import Source
from chatops_cli.reading.tree import place_of
from chatops_cli.reading.value import Value, certain_word, did_you_mean, make_problem

if TYPE_CHECKING:
    from chatops_cli.reading.node import Node


class Reader:
    """A mapping's keys, each asked for once by its name and type; null counts as absent.

    A getter reports what is wrong and answers its default. `finish` then reports the keys that
    nobody asked for. Names in messages are paths, such as ``ack.enabled``.
    """

    __slots__ = ("_asked", "_name", "_pairs", "_value")

    def __init__(self, value: Value) -> None:
        """Take a value that `is_mapping`; `of` checks that."""
        self._value = value
        self._name = value.name
        self._pairs: dict[str, tuple[Node, Node]] = {
            key.value: (key, node) for key, node in value.node.value
        }
        self._asked: set[str] = set()

    @classmethod
    def of(cls, value: Value | None) -> "Reader | None":
        """The reader of a mapping; None for no value, and for any other, which is reported."""
        if value is None:
            return None
        if not value.is_mapping:
            value.wrong("a mapping")
            return None
        return cls(value)

    @classmethod
    def of_source(cls, source: Source, problems: list[Problem]) -> "Reader | None":
        """The reader of a whole file; its problems and those found later go to the list."""
        problems.extend(source.problems)
        if source.root is None:
            if source.is_empty:
                problems.append(
                    Problem(
                        place=Place(file=source.file),
                        rule="empty-file",
                        message="there is nothing in this file",
                        hint="fill or remove it",
                    )
                )
            return None
        return cls.of(Value(source.root, source.file, problems))

    @property
    def place(self) -> Place:
        """Where the mapping starts."""
        return self._value.place

    @property
    def problems(self) -> list[Problem]:
        """The list that problems are added to."""
        return self._value.problems

    def place_of(self, key: str) -> Place:
        """Where a key stands, or the mapping where it doesn't."""
        pair = self._pairs.get(key)
        return self.place if pair is None else place_of(pair[0], self._value.file)

    def keys(self) -> tuple[str, ...]:
        """All keys, in file order; asking for them says nothing of which are known."""
        return tuple(self._pairs)

    def value(self, key: str, *, required: bool = False) -> Value | None:
        """A key's value as it is, None where it is absent or null."""
        self._asked.add(key)
        pair = self._pairs.get(key)
        if pair is not None and (pair[1].tag != NULL or pair[1].id != "scalar"):
            return self._value_of(key)
        if required:
            self.report("missing-key", f"{self.path(key)} is missing", key=key)
        return None

    @overload
    def text(self, key: str, default: str = "", *, required: bool = False) -> str: ...
    @overload
    def text(self, key: str, default: None, *, required: bool = False) -> str | None: ...
    def text(self, key: str, default: str | None = "", *, required: bool = False) -> str | None:
        """A text. An empty one is missing where it is required."""
        value = self.value(key, required=required)
        text = value.text() if value is not None else None
        if required and value is not None and text is not None and not text.strip():
            value.report("missing-key", f"{self.path(key)} is empty")
            return default
        return default if text is None else text

    def flag(self, key: str, default: bool, *, broken: bool | None = None) -> bool:
        """True or false.

        Args:
            key: The key.
            default: The answer where it is absent.
            broken: The answer where it can't be read; the default, unless said.
        """
        value = self.value(key)
        if value is None:
            return default
        flag = value.flag()
        if flag is not None:
            return flag
        return default if broken is None else broken

    @overload
    def integer(
        self, key: str, default: int, *, minimum: int | None = None, maximum: int | None = None
    ) -> int: ...
    @overload
    def integer(
        self,
        key: str,
        default: None = None,
        *,
        minimum: int | None = None,
        maximum: int | None = None,
    ) -> int | None: ...
    def integer(
        self,
        key: str,
        default: int | None = None,
        *,
        minimum: int | None = None,
        maximum: int | None = None,
    ) -> int | None:
        """A whole number within bounds, both of which are allowed."""
        value = self.value(key)
        number = value.integer(minimum=minimum, maximum=maximum) if value is not None else None
        return default if number is None else number

    def number(
        self,
        key: str,
        default: float,
        *,
        minimum: float | None = None,
        maximum: float | None = None,
    ) -> float:
        """A number within bounds, both of which are allowed."""
        value = self.value(key)
        number = value.number(minimum=minimum, maximum=maximum) if value is not None else None
        return default if number is None else number

    def choice(self, key: str, options: Collection[str], default: str) -> str:
        """One of some words."""
        value = self.value(key)
        word = value.choice(options) if value is not None else None
        return default if word is None else word

    def strings(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts; one text alone is a list of one."""
        value = self.value(key)
        return default if value is None else value.strings()

    def items(self, key: str, *, required: bool = False) -> tuple[Value, ...]:
        """The values of a list, none where it is absent."""
        value = self.value(key, required=required)
        return () if value is None else value.items()

    def json(self, key: str, default: Json = None) -> Json:
        """Any value as JSON. Null and absence differ here: a null is None."""
        self._asked.add(key)
        return self._value_of(key).json() if key in self._pairs else default

    def mapping(self, key: str) -> JsonObject:
        """A mapping as JSON, empty where it is absent or something else."""
        value = self.value(key)
        if value is None:
            return {}
        if not value.is_mapping:
            value.wrong("a mapping")
            return {}
        found = value.json()
        return found if isinstance(found, dict) else {}

    def section(self, key: str) -> "Reader | None":
        """The reader of a mapping in this one, None where it is absent."""
        return Reader.of(self.value(key))

    def sections(self, key: str) -> "tuple[Reader, ...]":
        """The readers of a list of mappings; items that are something else are reported."""
        readers = (Reader.of(item) for item in self.items(key))
        return tuple(reader for reader in readers if reader is not None)

    def entries(self) -> Iterator[tuple[str, Value]]:
        """All keys with their values, nulls too, where names are the user's own."""
        for key in self._pairs:
            self._asked.add(key)
            yield key, self._value_of(key)

    def has(self, key: str) -> bool:
        """Whether the key stands there, be its value null."""
        return key in self._pairs

    def accept(self, *keys: str) -> None:
        """Know keys that aren't read here."""
        self._asked.update(keys)

    def finish(
        self, *, known: AbstractSet[str] = frozenset(), severity: Severity = Severity.ERROR
    ) -> None:
        """Report every key that was not asked for, and isn't `known` either."""
        unknown = [key for key in self._pairs if key not in self._asked and key not in known]
        free = (self._asked | known) - self._pairs.keys() if unknown else frozenset()
        for key in unknown:
            is_error = severity is Severity.ERROR
            self.report(
                "unknown-key",
                f"the key {self.path(key)!r} is not known",
                key=key,
                hint=did_you_mean(key, free),
                severity=severity,
                replacement=certain_word(key, free) if is_error else None,
            )

    def path(self, key: str) -> str:
        """What a key is called in messages."""
        return f"{self._name}.{key}" if self._name else key

    def report(
        self,
        rule: str,
        message: str,
        *,
        key: str | None = None,
        hint: str | None = None,
        severity: Severity = Severity.ERROR,
        replacement: str | None = None,
    ) -> None:
        """Add a problem at a key's place, or at the mapping's."""
        place = self.place if key is None else self.place_of(key)
        self.problems.append(make_problem(place, rule, message, hint, severity, replacement))

    def _value_of(self, key: str) -> Value:
        whole = self._value
        return Value(self._pairs[key][1], whole.file, whole.problems, key, self._name)
