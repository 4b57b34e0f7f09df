"""What is told about the line that is being typed: completions and the live line, kept ready."""

from typing import TYPE_CHECKING

from chatops_cli.aliases.ahead import Ahead
from chatops_cli.repl.commands.table import COMMANDS
from chatops_cli.repl.completion import Completion, Known, complete
from chatops_cli.repl.preview import Preview, View, preview
from chatops_cli.repl.values import LOOKED_AT, KnownValues

if TYPE_CHECKING:
    from collections.abc import Callable

    from chatops_cli.repl.desk import Desk
    from chatops_cli.repl.disabled import Disabled
    from chatops_cli.room.plan import Plan
    from chatops_cli.room.world import World


class Knowledge:
    """Answers for one desk. What is costly to make is made when it is first asked for."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self._ahead: tuple[World, Ahead] | None = None
        self._switched_off: tuple[World, Disabled] | None = None
        self._values: KnownValues | None = None
        self._last: tuple[object, Preview] | None = None

    def completions(self, text: str) -> tuple[Completion, ...]:
        """What may come behind `text`."""
        desk = self._desk
        known = Known(
            world=desk.house.world,
            ahead=self._looking(),
            message=desk.message(""),
            values=self.values,
            commands=COMMANDS,
            offers=lambda command: command.offers(desk),
        )
        return complete(text, known)

    def preview(self, text: str) -> Preview:
        """What `text` would do, if it were said now."""
        session = self._desk.session
        asked = (text, session.me, session.place, self._desk.house.world)
        if self._last is None or self._last[0] != asked:
            self._last = (asked, self._previewed(text))
        return self._last[1]

    def is_harmless(self, text: str) -> bool:
        """Whether a line may be kept on disk: one that is known to have no secret in it."""
        from chatops_cli.aliases.outcome import Matched
        from chatops_cli.repl.commands.table import is_command
        from chatops_cli.room.address import start_of_command

        if is_command(text):
            name = text[1:].partition(" ")[0]
            return any(each.name == name and not each.takes_message for each in COMMANDS)
        message = self._desk.message(text)
        room = self._desk.house.room
        start = start_of_command(text, room.world.addressing, is_direct=message.is_direct)
        if start is None:
            return False
        plan = room.plan(message, text[start:].strip())
        return isinstance(plan.outcome, Matched) and plan.masked_text(text) == text

    @property
    def values(self) -> KnownValues:
        """Values of the history and of this session."""
        if self._values is None:
            from chatops_cli.records.history_entry import Filter

            self._values = KnownValues()
            with self._desk.history() as history:
                self._values.learn_all(history.find(Filter(limit=LOOKED_AT)))
        return self._values

    def _previewed(self, text: str) -> Preview:
        desk = self._desk
        message = desk.message(text)

        def plan(command: str) -> "Plan":
            return desk.house.room.plan(message, command)

        return preview(
            View(
                world=desk.house.world,
                ahead=self._looking(),
                message=message,
                plan=plan,
                commands=COMMANDS,
                disabled=self._disabled(),
            )
        )

    def _disabled(self) -> "Callable[[str], tuple[str, ...]]":
        world = self._desk.house.world
        if self._switched_off is None or self._switched_off[0] is not world:
            from chatops_cli.repl.disabled import Disabled

            self._switched_off = (world, Disabled(world))
        return self._switched_off[1].refs

    def _looking(self) -> Ahead:
        world = self._desk.house.world
        if self._ahead is None or self._ahead[0] is not world:
            self._ahead = (world, Ahead(world.table))
        return self._ahead[1]
