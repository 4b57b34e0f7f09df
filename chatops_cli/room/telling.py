"""What happens to an execution, in words: its ack, how far it is, how it went."""

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError
from chatops_cli.execution.happening import (
    Delayed,
    Ended,
    Happening,
    Progressed,
    Retrying,
    Started,
)
from chatops_cli.execution.shown import masked_request
from chatops_cli.model.chat import Message, Reply, ReplyKind
from chatops_cli.rendering.replies import render_ack, render_result, render_waiting
from chatops_cli.room import answers, wording
from chatops_cli.room.address import call_of
from chatops_cli.room.answering import how_to_go_on
from chatops_cli.room.masked import masked_rendered

if TYPE_CHECKING:
    from chatops_cli.execution.engine import Prepared
    from chatops_cli.execution.masking import Masker
    from chatops_cli.model.alias import Alias
    from chatops_cli.model.execution import Execution
    from chatops_cli.room.plan import Step
    from chatops_cli.room.services import Services
    from chatops_cli.room.world import World


class Telling:
    """Makes replies; it sends and records nothing."""

    def __init__(self, world: "World", services: "Services") -> None:
        self._world = world
        self._services = services

    def tell(self, message: Message, happening: Happening) -> list[Reply]:
        """What happened to an execution that was begun by another message, in words."""
        ref = happening.execution.alias_ref if isinstance(happening, Ended) else None
        aliases = (alias for alias in self._world.catalog.aliases if alias.ref == ref)
        return self.told(message, next(aliases, None), happening)

    def told(self, message: Message, alias: "Alias | None", happening: Happening) -> list[Reply]:
        """What happened, in words."""
        match happening:
            case Started():
                return []
            case Delayed():
                return [answers.delayed(message, happening)]
            case Retrying():
                return [answers.retrying(message, happening)]
            case Progressed(progress=progress):
                return [answers.progressed(message, progress)]
            case Ended():
                return self.ended(message, alias, happening)

    def ack(self, message: Message, step: "Step", prepared: "Prepared") -> Reply | None:
        if step.alias is None:
            return None
        execution = masked_request(prepared.execution, prepared.masker)
        rendered = render_ack(
            step.alias, execution, templates=self._world.templates, web_url=self._web_url(execution)
        )
        if rendered is None:
            return None
        shown = masked_rendered(rendered, prepared.masker)
        return answers.answer(message, ReplyKind.ACK, execution, shown)

    def ended(self, message: Message, alias: "Alias | None", ended: Ended) -> list[Reply]:
        """How it went, in words; it has been run, so whoever asked is told."""
        execution, warnings = ended.execution, []
        if (error := ended.unrecorded) is not None:
            text = wording.not_recorded(execution, error)
            warnings.append(answers.unrecorded(message, execution, text))
        if not execution.status.is_final:
            waiting = render_waiting(execution, web_url=self._web_url(execution))
            # Where somebody answers elsewhere, the room where it was asked for is told, too.
            is_direct = message.is_direct and ended.origin.room == message.room
            call = call_of(self._world.addressing, is_direct=is_direct)
            with suppress(ChatOpsError):  # how it goes on is told again by 'inquiry list'
                lines = how_to_go_on(self._services.performer.keeper, execution, call=call)
                waiting = replace(waiting, text="\n".join((waiting.text, *lines)))
            shown = masked_rendered(waiting, ended.masker)
            return [answers.answer(message, ReplyKind.INFO, execution, shown), *warnings]
        return [*self._result(message, alias, execution, ended.masker), *warnings]

    def retell(self, message: Message, execution: "Execution") -> list[Reply]:
        """How an execution went that has ended before, in words; all of it is masked."""
        from chatops_cli.execution.masking import Masker

        found = (each for each in self._world.catalog.aliases if each.ref == execution.alias_ref)
        return self._result(message, next(found, None), execution, Masker())

    def _result(
        self, message: Message, alias: "Alias | None", execution: "Execution", masker: "Masker"
    ) -> list[Reply]:
        rendered = render_result(
            alias,
            execution,
            templates=self._world.templates,
            web_url=self._web_url(execution),
        )
        if rendered is None:
            return [answers.end(message, execution)]
        shown = masked_rendered(rendered, masker)
        return [answers.answer(message, ReplyKind.RESULT, execution, shown)]

    def _web_url(self, execution: "Execution") -> str | None:
        base = self._world.settings.web_url
        return f"{base}/executions/{execution.id}" if base else None
