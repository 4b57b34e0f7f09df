"""What one format gives of one message, letter by letter as StackStorm's own parser answers."""

from collections.abc import Mapping

from chatops_cli.aliases.outcome import Matched, Refused
from chatops_cli.aliases.table import AliasTable, build_table
from chatops_cli.errors import ParameterError
from chatops_cli.model.action import ActionRef
from chatops_cli.model.alias import Alias, Format, Representation
from chatops_cli.model.problem import Place


class StrictFormats:
    """Formats, each alone in a table of its own; made when first asked for."""

    def __init__(self) -> None:
        self._tables: dict[str, AliasTable] = {}

    def match(self, form: str, message: str) -> Mapping[str, str | None] | None:
        """The parameters; None where the format doesn't match.

        Raises:
            ParameterError: The format is broken, or the message is refused.
        """
        if form not in self._tables:
            self._tables[form] = _table(form)
        table = self._tables[form]
        if table.problems:
            problem = table.problems[0]
            raise ParameterError(f"{problem.message}: {form}", hint=problem.hint)
        outcome = table.match(message)
        if isinstance(outcome, Refused):
            raise ParameterError(outcome.reason)
        return outcome.parameters[0] if isinstance(outcome, Matched) else None


def _table(form: str) -> AliasTable:
    place = Place(file="")
    alias = Alias(
        ref="test.format",
        pack="test",
        name="format",
        action_ref=ActionRef("test.format"),
        formats=(Format(display=form, representations=(Representation(text=form, place=place),)),),
        place=place,
    )
    return build_table([alias], strict=True, settable=lambda _: frozenset(), plans=None)
