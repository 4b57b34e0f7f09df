"""Secrets masked by value, in text, in JSON and in output that arrives in pieces.

Where masking happens: the engine and the runners handle values as they are. Every sink masks with
the `Masker` of the prepared execution what it is about to show or write: the room its replies, the
records the audit log and the history, the command line its output, the log its messages. Parameters
are masked by schema first (`secrecy`), then by value. A template that takes a secret apart (its
first characters, its letters reversed) writes what no mask can know; so results are masked before
they are rendered, and the rendered text once more.
"""

import re
from collections.abc import Iterable, Mapping

from chatops_cli.execution.masked_stream import MaskedStream, torn
from chatops_cli.execution.needles import DEEPEST, SHORTEST, needles
from chatops_cli.execution.secrecy import masked_object
from chatops_cli.execution.sought import Sought
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.secret import MASK

_CUT = re.compile(r"(\n\[… [0-9]+ bytes dropped here …\]\n)")
"""Where a runner has left out the middle of an output; see `runners.capture`."""


class Masker:
    """Puts `MASK` in place of secret values, in one pass over the text, however many there are.

    Args:
        values: The secret values: each text and number in them, and its usual encodings.
        schemas: The schema of each parameter with something secret in it, for `parameters`.

    What is shorter than four characters, or a word like ``true``, is masked by schema only.
    """

    def __init__(
        self, values: Iterable[Json] = (), schemas: Mapping[str, JsonObject] | None = None
    ) -> None:
        self._needles = Sought(needles(values))
        self._schemas = schemas or {}

    def __repr__(self) -> str:
        return f"Masker({len(self._needles)} needles)"

    @property
    def changes_parameters(self) -> bool:
        """Whether `parameters` may give anything else than it is given."""
        return bool(self._schemas) or self.knows_any

    @property
    def knows_any(self) -> bool:
        """Whether it knows a secret value: without one it masks by schema only."""
        return bool(self._needles)

    def also(self, values: Iterable[Json]) -> "Masker":
        """A masker that knows these secret values, too."""
        made = Masker((), self._schemas)
        made._needles = self._needles.copy()
        made._needles.add(needles(values))
        return made

    def learn(self, values: Iterable[Json]) -> None:
        """These are secret values too, from now on, for all who hold this masker and its streams.

        May be called in another thread than the one that masks.
        """
        self._needles.add(needles(values))

    def absorb(self, other: "Masker") -> None:
        """What the other knows is secret here, too, from now on."""
        self._needles.absorb(other._needles)  # noqa: SLF001  # of the same kind

    def share(self, other: "Masker") -> None:
        """Both know the same secret values from now on, whoever learns one."""
        other.absorb(self)
        self._needles = other._needles  # noqa: SLF001  # of the same kind

    def plain(self) -> list[Json]:
        """What it knows, for JSON that is as secret as the values are."""
        from base64 import b64encode

        return [b64encode(needle).decode("ascii") for needle in sorted(self._needles)]

    def read(self, found: Iterable[str]) -> None:
        """What `plain` gave is secret here, too.

        Raises:
            ValueError: It isn't that.
        """
        from base64 import b64decode

        self._needles.add(b64decode(each, validate=True) for each in found)

    def text(self, text: str) -> str:
        """The text without secrets."""
        if not self._needles:
            return text
        first, *rest = _CUT.split(text)
        if not rest:
            return _text(self.stream().feed(_bytes(text), is_last=True))
        parts = [self._torn(first, at_start=False, at_end=True)]
        for cut, part in zip(rest[::2], rest[1::2], strict=True):
            parts.append(cut)
            parts.append(self._torn(part, at_start=True, at_end=part is not rest[-1]))
        return "".join(parts)

    def json(self, value: Json) -> Json:
        """The value without secrets: in its texts, its keys, and the numbers that are one.

        What nests deeper than `needles.DEEPEST` levels is masked as a whole.
        """
        return self._json(value, 0) if self._needles else value

    def parameters(self, values: JsonObject) -> dict[str, Json]:
        """Parameters by name: masked by schema, then by value."""
        return {
            name: self.json(value) for name, value in masked_object(values, self._schemas).items()
        }

    def exception(self, error: BaseException) -> str:
        """The error's traceback as text, without secrets."""
        import traceback

        return self.text("".join(traceback.format_exception(error)))

    def stream(self) -> MaskedStream:
        """What masks output that arrives in pieces; one for each stream."""
        return MaskedStream(lambda: self._needles)

    def _torn(self, text: str, *, at_start: bool, at_end: bool) -> str:
        """A part of an output that was cut: what a cut has left of a secret is masked too."""
        data = _bytes(text)
        before = after = ""
        if at_start:
            backwards = [needle[::-1] for needle in self._needles]
            longest = max(map(len, backwards))
            rest = torn(data[:longest][::-1], backwards)
            left = len(data[:longest]) - rest
            if left >= SHORTEST:
                before, data = MASK, data[left:]
        stream = self.stream()
        shown = stream.feed(data, is_last=not at_end)
        if at_end:
            after = MASK if len(stream.held) >= SHORTEST else _text(stream.held)
        return f"{before}{_text(shown)}{after}"

    def _json(self, value: Json, depth: int) -> Json:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int | float):
            return value if self.text(str(value)) == str(value) else MASK
        if depth > DEEPEST:
            return MASK
        if isinstance(value, list):
            return [self._json(item, depth + 1) for item in value]
        result: dict[str, Json] = {}
        for key, item in value.items():
            result[_unused(self.text(key), result)] = self._json(item, depth + 1)
        return result


def _unused(key: str, taken: Mapping[str, Json]) -> str:
    """The key, or the key with a number where two keys have become the same mask."""
    number, result = 2, key
    while result in taken:
        result = f"{key} ({number})"
        number += 1
    return result


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")
