"""A configuration asked for key by key, as a pack's schema describes it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from chatops_cli.cli.questions import Questions, confirm
from chatops_cli.errors import ChatOpsError

if TYPE_CHECKING:
    from chatops_cli.execution.site_check import Path
    from chatops_cli.model.json import Json, JsonObject
    from chatops_cli.room.configuration_draft import Draft

KINDS = {
    "array": "list, with commas between",
    "boolean": "y or n",
    "integer": "whole number",
    "number": "number",
    "object": "JSON object",
    "string": "text",
}
YES, NO = frozenset({"y", "yes", "true"}), frozenset({"n", "no", "false"})
REMOVE = "-"

INTRODUCTION = (
    "Enter keeps what stands in brackets; - removes a value, so that its default holds; Ctrl-C"
    " leaves, and nothing is written."
)
PLACES = (
    "  1  the datastore, encrypted",
    "  2  an environment variable",
    "  3  this file, which only you may read",
)


class Form:
    """Asks for all values of a draft.

    Args:
        draft: What the answers go to.
        questions: Who is asked.
        ensure_key: Sees to it that the datastore can encrypt; raises `ChatOpsError` otherwise.
    """

    def __init__(
        self, draft: "Draft", questions: Questions, ensure_key: Callable[[], None]
    ) -> None:
        self._draft = draft
        self._questions = questions
        self._ensure_key = ensure_key

    def fill(self, names: "tuple[str, ...]") -> None:
        """Asks for each of these keys."""
        self._questions.say(INTRODUCTION)
        for name in names:
            self._ask((name,))

    def _ask(self, path: "Path") -> None:
        schema = self._draft.schema(path)
        self._describe(path, schema)
        items = schema.get("items")
        if schema.get("secret") is True:
            self._secret(path)
        elif is_structure(schema):
            self._object(path, schema)
        elif schema.get("type") == "array" and isinstance(items, dict) and is_structure(items):
            self._list(path)
        else:
            self._value(path, schema)

    def _describe(self, path: "Path", schema: "JsonObject") -> None:
        said = schema.get("description")
        title = f"{spell(path)}: {said}" if isinstance(said, str) and said else spell(path)
        self._questions.say(f"\n{' '.join(title.split())}")

    # Values

    def _value(self, path: "Path", schema: "JsonObject") -> None:
        choices = schema.get("enum")
        listed: list[Json] = choices if isinstance(choices, list) else []
        for number, choice in enumerate(listed, start=1):
            self._questions.say(f"  {number}  {as_text(choice)}")
        prompt = f"  {kind_of(schema, listed)}{state_of(self._draft.value(path), schema)}: "
        while True:
            answer = self._questions.ask(prompt)
            try:
                self._answer(path, chosen(answer, schema, listed))
            except ChatOpsError as error:
                self._questions.say(f"  {error.message}")
            else:
                return

    def _answer(self, path: "Path", answer: str) -> None:
        if answer == REMOVE:
            self._remove(path)
        elif answer:
            self._draft.put(path, self._draft.read(path, answer))

    def _remove(self, path: "Path") -> None:
        if self._draft.value(path) is not None:
            self._draft.unset(path)

    # Secrets

    def _secret(self, path: "Path") -> None:
        for line in PLACES:
            self._questions.say(line)
        while True:
            place = self._questions.ask(f"  secret; where is it kept?{self._kept(path)} ")
            try:
                if self._placed(path, place):
                    return
            except ChatOpsError as error:
                self._questions.say(f"  {error.in_full}")

    def _placed(self, path: "Path", place: str) -> bool:
        match place:
            case "":
                return True
            case "-":
                self._remove(path)
                return True
            case "1":
                self._ensure_key()
                if value := self._questions.ask_hidden("  value (not shown): "):
                    self._draft.read(path, value)
                    self._draft.store(path, value)
                return bool(value)
            case "2":
                if name := self._questions.ask("  name of the variable: "):
                    self._draft.refer(path, name)
                return bool(name)
            case "3":
                if value := self._questions.ask_hidden("  value (not shown): "):
                    self._draft.write(path, value)
                return bool(value)
            case _:
                raise ChatOpsError("answer 1, 2, 3, - or nothing")

    def _kept(self, path: "Path") -> str:
        from chatops_cli.room.references import reference_of

        value = self._draft.value(path)
        if value is None:
            return " [not set]"
        reference = reference_of(value)
        if reference is None:
            return " [3, set]"
        return f" [{'1' if reference.kind == 'datastore' else '2'}, {reference.name or 'set'}]"

    # Objects and lists

    def _object(self, path: "Path", schema: "JsonObject") -> None:
        value = self._draft.value(path)
        if isinstance(value, str) or (value is not None and not isinstance(value, dict)):
            self._value(path, schema)  # a template, or a mistake: it is shown and may be replaced
            return
        is_open = value is None and schema.get("required") is not True
        if is_open and not confirm(self._questions, f"  set {spell(path)}?", default=False):
            return
        properties = schema.get("properties")
        names = list(properties) if isinstance(properties, Mapping) else []
        for name in names:
            self._ask((*path, name))
        if has_named_entries(schema):
            self._entries(path, names)

    def _entries(self, path: "Path", known: list[str]) -> None:
        """Objects under names of the site's own."""
        value = self._draft.value(path)
        for name in [n for n in value if n not in known] if isinstance(value, dict) else []:
            self._change((*path, name))
        while name := self._questions.ask(f"  name of another entry in {spell(path)} [none]: "):
            if self._draft.value((*path, name)) is not None:
                self._questions.say("  there is one of that name")
                continue
            self._new((*path, name))

    def _list(self, path: "Path") -> None:
        value = self._draft.value(path)
        if value is not None and not isinstance(value, list):
            self._value(path, self._draft.schema(path))
            return
        count = len(value) if isinstance(value, list) else 0
        index = 0
        while index < count:
            if self._change((*path, index)):
                index += 1
            else:
                count -= 1
        while confirm(self._questions, f"  add an item to {spell(path)}?", default=False):
            self._new((*path, index))
            index += 1
        if index == 0 and self._draft.schema(path).get("required") is True:
            self._draft.put(path, [])

    def _new(self, path: "Path") -> None:
        """An entry that is there from now on, whatever is answered about its parts."""
        is_object = is_structure(self._draft.schema(path))
        if is_object:
            self._draft.put(path, {})
        self._ask(path)

    def _change(self, path: "Path") -> bool:
        """Whether the entry is still there."""
        while True:
            answer = self._questions.ask(
                f"  {spell(path)}{self._told(path)}: keep, change or remove? [K/c/r] "
            ).lower()
            match answer:
                case "" | "k" | "keep":
                    return True
                case "c" | "change":
                    self._ask(path)
                    return True
                case "r" | "remove":
                    self._draft.unset(path)
                    return False
                case _:
                    self._questions.say("  answer k, c or r")

    def _told(self, path: "Path") -> str:
        """What an entry is known by: the first of its texts that is no secret."""
        value = self._draft.value(path)
        for name, item in value.items() if isinstance(value, dict) else ():
            if (
                isinstance(item, str)
                and self._draft.schema((*path, name)).get("secret") is not True
            ):
                return f" ({name} {item})"
        return ""


def is_structure(schema: "JsonObject") -> bool:
    """Whether it is an object whose parts can be asked for one by one."""
    return bool(schema.get("properties")) or has_named_entries(schema)


def has_named_entries(schema: "JsonObject") -> bool:
    """Whether an object has entries under names of the site's own, of which something is known."""
    return any(
        isinstance(part := schema.get(keyword), Mapping) and bool(part)
        for keyword in ("patternProperties", "additionalProperties")
    )


def chosen(answer: str, schema: "JsonObject", choices: "list[Json]") -> str:
    """The answer as a text that can be cast: a choice for its number, true for yes."""
    if answer.isdecimal() and 0 < int(answer) <= len(choices) and answer not in choices:
        return as_text(choices[int(answer) - 1])
    if schema.get("type") == "boolean" and answer.lower() in YES | NO:
        return "true" if answer.lower() in YES else "false"
    return answer


def kind_of(schema: "JsonObject", choices: "list[Json]") -> str:
    """What is to be typed, in words."""
    declared = schema.get("type")
    kind = KINDS.get(declared, "text") if isinstance(declared, str) else "text"
    words = "number of the choice" if choices else kind
    return words + (", required" if schema.get("required") is True else "")


def state_of(value: "Json", schema: "JsonObject") -> str:
    """What holds now, in brackets; what is secret in it masked."""
    from chatops_cli.execution.secrecy import masked

    if value is not None:
        return f" [{as_text(masked(value, schema))}]"
    default = schema.get("default")
    return f" [default {as_text(default)}]" if default is not None else ""


def as_text(value: "Json") -> str:
    """A value as it may be typed."""
    import json

    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) and "," not in item for item in value):
        return ",".join(map(str, value))
    return json.dumps(value, ensure_ascii=False)


def spell(path: "Path") -> str:
    """The path as people type it."""
    from chatops_cli.execution.site_check import spelled

    return spelled(path)
