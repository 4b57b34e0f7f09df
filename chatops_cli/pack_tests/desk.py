"""What the tests of a pack ask of this program, and tell it, on a line that their process inherits.

The process writes a JSON object on one line, and reads one: see `runners.line`.

| do | beside it | answer |
|---|---|---|
| `alias` | name | `pack`, and `alias`: what the file of that alias says |
| `match` | format, message | `found`: the parameters, null where the format doesn't match |
| `tell` | counts, bad, missing, absent | nothing; see `Verdict`; `absent` packages were asked for |
| `refuse` | why | nothing; pytest can't be imported |
| `misuse` | why | nothing; pytest can't read the expression that selects tests |
| `find` | kind, name | `things`: the pack of that ref, with its `path`; see `datastore_line` |
| `select` | kind | `things`: all packs |

What code of actions asks of its datastore comes on this line, too: there is none but the mock.
"""

from collections.abc import Callable, Mapping

from chatops_cli.errors import ChatOpsError, NotFoundError, ParameterError
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.pack_tests.strict import StrictFormats
from chatops_cli.runners.line import read_object, write_object

VARIABLE = "CHATOPS_TESTS_FD"
"""The variable that tells the process the number of its end of the line."""


class Desk:
    """Answers what the tests of one pack ask, and keeps what they tell."""

    def __init__(
        self,
        pack: str,
        folders: Mapping[str, str],
        read_alias: Callable[[str], JsonObject | None],
    ) -> None:
        self._pack = pack
        self._folders = folders
        self._read_alias = read_alias
        self._formats = StrictFormats()
        self.told: JsonObject | None = None
        self.refused: str | None = None
        self.misused: str | None = None

    def answer(self, line: bytes) -> bytes:
        """The answer to one question, a line too; whatever it is, nothing is raised."""
        try:
            question = read_object(line)
            if question is None:
                raise ParameterError("the question is no JSON object")
            reply = self._reply(question)
        except ChatOpsError as error:
            reply = {"error": error.in_full}
        return write_object(reply)

    def _reply(self, question: JsonObject) -> JsonObject:
        match question.get("do"):
            case "alias":
                return {"pack": self._pack, "alias": dict(self._alias(_text(question, "name")))}
            case "match":
                form, message = _text(question, "format"), _text(question, "message")
                found = self._formats.match(form, message)
                return {"found": dict(found) if found is not None else None}
            case "tell":
                self.told = question
            case "refuse":
                self.refused = _text(question, "why")
            case "misuse":
                self.misused = _text(question, "why")
            case "find":
                return {"things": self._packs(_text(question, "kind"), _text(question, "name"))}
            case "select":
                return {"things": self._packs(_text(question, "kind"), None)}
            case "get" | "list" | "set" | "delete":
                raise ParameterError("there is no datastore in tests", hint="use st2tests.mocks")
            case other:
                raise ParameterError(f"the tests ask for {other!r}, which is not known")
        return {}

    def _packs(self, kind: str, name: str | None) -> list[Json]:
        if kind != "packs":
            raise ParameterError(f"{kind} can't be looked up in tests")
        found = self._folders.items()
        return [
            {"id": ref, "ref": ref, "name": ref, "path": path}
            for ref, path in found
            if name in {None, ref}
        ]

    def _alias(self, name: str) -> JsonObject:
        found = self._read_alias(name)
        if found is None:
            raise NotFoundError(f"the pack {self._pack} has no alias named {name!r}")
        return found


def _text(question: JsonObject, key: str) -> str:
    value: Json = question.get(key)
    if not isinstance(value, str):
        raise ParameterError(f"{key} must be text, not {value!r}")
    return value
