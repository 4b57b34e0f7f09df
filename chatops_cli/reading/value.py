"""One value of a source: read as the type that is wanted, or reported with its place."""

from collections.abc import Collection

from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.reading.node import Node
from chatops_cli.reading.printable import printable
from chatops_cli.reading.scalar import NULL, ScalarError, kind, resolve
from chatops_cli.reading.tree import place_of

_SHOWN = 60
_LEAST = 4
_ALIKE = 65.0
"""Per cent of likeness from which a word may be meant for another."""
_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("null", "bool", "int", "float", "timestamp", "str", "seq", "map", "value", "merge")
)


class Value:
    """A node with its name for messages (such as ``parameters.count``) and a list of problems.

    A getter answers None where the value isn't of its kind, after reporting it; none raises.
    """

    __slots__ = ("_key", "_parent", "file", "node", "problems")

    def __init__(
        self, node: Node, file: str, problems: list[Problem], key: str = "", parent: str = ""
    ) -> None:
        self.node = node
        self.file = file
        self.problems = problems
        self._key = key
        self._parent = parent

    @property
    def name(self) -> str:
        """The path of keys to it, empty for a whole file."""
        return f"{self._parent}.{self._key}" if self._parent else self._key

    @property
    def place(self) -> Place:
        """Where the value starts; the quote or the ``|`` belongs to it."""
        return place_of(self.node, self.file)

    @property
    def text_place(self) -> Place:
        """Where a text's first line is: the one below the ``|`` or ``>`` of a block."""
        place = self.place
        is_block = self.node.id == "scalar" and self.node.style in ("|", ">")
        return Place(file=place.file, line=place.line + 1, column=1) if is_block else place

    @property
    def is_null(self) -> bool:
        """Whether it is null, which is read as absent."""
        return self.node.tag == NULL and self.node.id == "scalar"

    @property
    def is_mapping(self) -> bool:
        """Whether a `Reader` can read it."""
        return self.node.id == "mapping"

    @property
    def is_list(self) -> bool:
        """Whether it has `items`."""
        return self.node.id == "sequence"

    def text(self) -> str | None:
        """Text. What YAML 1.1 takes for a number, a date or a flag is given as it is written."""
        if self.node.id != "scalar":
            self.wrong("text")
            return None
        text: str = self.node.value
        other = kind(self.node.tag)
        if other is not None:
            self.report(
                "unquoted-text",
                f"{self.name} is text, but YAML reads {text!r} as {other}",
                hint="put it in quotes",
                severity=Severity.WARNING,
            )
        return text

    def flag(self) -> bool | None:
        """True or false; a quoted one counts, with a warning."""
        value = self._scalar()
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in ("true", "false"):
            self.report(
                "quoted-flag",
                f"{self.name} is the text {value!r}, read as {value.lower()}",
                hint="write it without quotes",
                severity=Severity.WARNING,
            )
            return value.lower() == "true"
        self.wrong("true or false")
        return None

    def integer(self, *, minimum: int | None = None, maximum: int | None = None) -> int | None:
        """A whole number within bounds, both of which are allowed."""
        value = self._scalar()
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong("a whole number")
            return None
        return value if self._is_within(value, minimum, maximum) else None

    def number(self, *, minimum: float | None = None, maximum: float | None = None) -> float | None:
        """A number within bounds, both of which are allowed."""
        value = self._scalar()
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong("a number")
            return None
        return float(value) if self._is_within(value, minimum, maximum) else None

    def choice(self, options: Collection[str]) -> str | None:
        """One of some words."""
        word = self.text()
        if word is None or word in options:
            return word
        self.report(
            "unknown-value",
            f"{self.name} is {_shorten(word)}, which is none of {', '.join(sorted(options))}",
            hint=did_you_mean(word, options),
            replacement=certain_word(word, options),
        )
        return None

    def items(self) -> "tuple[Value, ...]":
        """The values of a list; of anything else none, after reporting it."""
        if not self.is_list:
            self.wrong("a list")
            return ()
        return tuple(
            Value(node, self.file, self.problems, f"{self.name}[{index}]")
            for index, node in enumerate(self.node.value)
        )

    def strings(self) -> tuple[str, ...]:
        """A list of texts, or one text alone, which is a list of one."""
        if self.node.id == "scalar":
            text = self.text()
            return (text,) if text is not None else ()
        texts = (item.text() for item in self.items())
        return tuple(text for text in texts if text is not None)

    def json(self) -> Json:
        """The value as JSON: dates as written, keys as text, null for nothing."""
        return self._json(self.node)

    def wrong(self, wanted: str) -> None:
        """Report that the value is of another kind than is wanted."""
        title = self.name or "the content of this file"
        self.report("wrong-type", f"{title} must be {wanted}, not {self.show()}")

    def report(
        self,
        rule: str,
        message: str,
        *,
        hint: str | None = None,
        severity: Severity = Severity.ERROR,
        replacement: str | None = None,
    ) -> None:
        """Add a problem at this value's place."""
        problem = make_problem(self.place, rule, message, hint, severity, replacement)
        self.problems.append(problem)

    def show(self) -> str:
        """The value in a message: short, on one line."""
        if self.node.id != "scalar":
            return "a mapping" if self.is_mapping else "a list"
        return "nothing" if self.is_null else _shorten(self.node.value)

    def _scalar(self) -> Json:
        return self._json(self.node) if self.node.id == "scalar" else None

    def _is_within(self, value: float, minimum: float | None, maximum: float | None) -> bool:
        if minimum is not None and value < minimum:
            self.report("out-of-range", f"{self.name} must be at least {minimum}, not {value}")
            return False
        if maximum is not None and value > maximum:
            self.report("out-of-range", f"{self.name} must be at most {maximum}, not {value}")
            return False
        return True

    # The depth is bounded by the loader, so this may call itself.
    def _json(self, node: Node) -> Json:
        if node.tag not in _TAGS:
            self._report_tag(node)
        if node.id == "mapping":
            return {key.value: self._json(value) for key, value in node.value}
        if node.id == "sequence":
            return [self._json(item) for item in node.value]
        text: str = node.value
        try:
            return resolve(node.tag, text)
        except ScalarError as error:
            message = f"{self.name} holds {_shorten(text)}, which is {error}; it stays text"
            self.problems.append(
                Problem(place=place_of(node, self.file), rule="not-json", message=message)
            )
            return text

    def _report_tag(self, node: Node) -> None:
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        self.problems.append(
            Problem(
                place=place_of(node, self.file),
                rule="yaml-tag",
                message=f"{self.name} has the tag {_shorten(tag)}, which means nothing here",
                hint="remove the tag, or put the text in quotes",
            )
        )


def make_problem(  # noqa: PLR0917  # a problem is that much
    place: Place,
    rule: str,
    message: str,
    hint: str | None,
    severity: Severity,
    replacement: str | None = None,
) -> Problem:
    """A problem whose texts may quote a file: they are made fit for one line."""
    return Problem(
        place=place,
        rule=rule,
        message=printable(message),
        hint=printable(hint) if hint is not None else None,
        severity=severity,
        replacement=replacement,
    )


def certain_word(word: str, options: Collection[str]) -> str | None:
    """The one option that a word can only be meant for: a letter is wrong, or its case, no more.

    None where there is no such option, or several; and for words of less than four letters, which
    are too near to others.
    """
    from rapidfuzz.distance import OSA

    alike = [each for each in options if each.lower() == word.lower()]
    if not alike and len(word) >= _LEAST:
        alike = [each for each in options if OSA.distance(word, each, score_cutoff=1) == 1]
    return alike[0] if len(alike) == 1 else None


def nearest_word(word: str, options: Collection[str]) -> str | None:
    """The option most like a word, None where none is; fast, for there may be thousands of both."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(word, sorted(options), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return found[0] if found else None


def did_you_mean(word: str, options: Collection[str]) -> str | None:
    """A hint that names the option most like a word, None where none is."""
    near = nearest_word(word, options)
    return f"did you mean {near}?" if near is not None else None


def _shorten(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…")
