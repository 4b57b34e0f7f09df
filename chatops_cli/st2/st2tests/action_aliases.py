"""Test cases of aliases. What a format matches is asked of the program that runs the tests.

It answers as StackStorm's own parser does, letter by letter: what its settings call strict.
"""

from ._host import Host, HostError
from .pack_resource import BasePackResourceTestCase

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any


class ActionAliasDB:
    """An alias as its file has it.

    Source: StackStorm, `st2common.models.db.actionalias`.
    """

    def __init__(self, pack: str, content: "dict[str, Any]") -> None:
        self.pack = pack
        self.name = content["name"]
        self.ref = pack + "." + self.name
        self.description = content.get("description")
        self.enabled = content.get("enabled", True)
        self.action_ref = content.get("action_ref")
        self.formats = content.get("formats") or []
        self.ack = content.get("ack") or {}
        self.result = content.get("result") or {}
        self.extra = content.get("extra") or {}
        self.immutable_parameters = content.get("immutable_parameters") or {}

    def get_format_strings(self) -> "list[str]":
        """The texts that messages are matched with, of all formats."""
        found = []
        for item in self.formats:
            texts = item.get("representation") if isinstance(item, dict) else item
            found.extend(texts if isinstance(texts, list) else [texts] if texts else [])
        return found


class BaseActionAliasTestCase(BasePackResourceTestCase):
    """Tests of the alias named `action_alias_name`, which stands in `action_alias_db`.

    Source: StackStorm, `st2tests.action_aliases`.
    """

    action_alias_name: "Any" = None
    action_alias_db: "Any" = None

    def setUp(self) -> None:
        """The alias is read from its file."""
        super().setUp()
        if not self.action_alias_name:
            raise ValueError("a test case of an alias names it in action_alias_name")
        self.action_alias_db = self._get_action_alias_db_by_name(self.action_alias_name)

    def assertCommandMatchesExactlyOneFormatString(
        self, format_strings: "list[str]", command: str
    ) -> None:
        """One of these formats matches the message, and no other."""
        matching = [text for text in format_strings if _extract(text, command) is not None]
        if not matching:
            raise AssertionError(f"none of the formats matches '{command}'")
        if len(matching) > 1:
            raise AssertionError(f"'{command}' is matched by: {', '.join(matching)}")

    def assertExtractedParametersMatch(
        self, format_string: str, command: str, parameters: "dict[str, Any]"
    ) -> None:
        """This format of the alias matches the message, and gives these parameters."""
        if format_string not in self.action_alias_db.get_format_strings():
            name = self.action_alias_db.name
            raise ValueError(f"the alias '{name}' has no format '{format_string}'")
        found = _extract(format_string, command)
        if found is None:
            raise AssertionError(f"'{command}' is not matched by '{format_string}'")
        said = f"what '{format_string}' gives of '{command}'"
        self.assertEqual(found, parameters, said)  # noqa: PT009  # it shows what differs

    def _get_action_alias_db_by_name(self, name: str) -> ActionAliasDB:
        try:
            answer = Host.ask(do="alias", name=name)
        except HostError as error:
            raise ValueError(str(error)) from None
        return ActionAliasDB(answer["pack"], answer["alias"])


def _extract(form: str, command: str) -> "dict[str, Any] | None":
    """The parameters that a format gives of a message; None where it doesn't match."""
    try:
        found: "dict[str, Any] | None" = Host.ask(do="match", format=form, message=command)["found"]
    except HostError as error:
        raise ValueError(str(error)) from None
    return found
