"""Where workflows are rehearsed: the real engine, binder and conductor, and no records."""

import itertools
import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from chatops_cli.errors import RunnerError
from chatops_cli.execution.engine import Request
from chatops_cli.execution.happening import Requested
from chatops_cli.execution.inline import InlineEngine
from chatops_cli.execution.origin import Origin
from chatops_cli.execution.parameters import Binder
from chatops_cli.execution.parts import Surroundings
from chatops_cli.execution.rehearsed import OFTEN, Ask, Serving
from chatops_cli.model.action import Action
from chatops_cli.model.chat import Principal
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.room.opening import now, open_datastore, open_world
from chatops_cli.runners.registry import find_runner
from chatops_cli.settings.values import Settings
from chatops_cli.workflows.driving.workflows import Workflows
from chatops_cli.workflows.rehearsing.mock import Mocks
from chatops_cli.workflows.rehearsing.played import Played
from chatops_cli.workflows.rehearsing.scene import played
from chatops_cli.workflows.rehearsing.virtual_time import VirtualLoop

if TYPE_CHECKING:
    from chatops_cli.execution.masking import Masker
    from chatops_cli.model.execution import Execution
    from chatops_cli.runners.contract import Call
    from chatops_cli.workflows.driving.conductors import AnyConductor
    from chatops_cli.workflows.opening import Opened

ROOM = "rehearsal"


class WorkflowStage:
    """Rehearses workflows of the packs that the settings name.

    Args:
        settings: What holds. The datastore is read; nothing is written.
        user: For whom they run.
    """

    def __init__(self, settings: Settings, *, user: str) -> None:
        self.world = open_world(settings)
        self._user = user
        self._serving: Serving | None = None
        datastore = open_datastore(settings)
        ids = itertools.count(1)
        self._new_id: Callable[[], str] = lambda: f"{next(ids):024x}"
        workflows = Workflows(
            catalog=lambda: self.world.catalog, templates=self.world.templates, watch=self._watch
        )
        self._engine = InlineEngine(
            find_runner=find_runner,
            binder=Binder(self.world.templates),
            clock=now,
            new_id=self._new_id,
            datastore=datastore.of,
            variables=os.environ,
            permitted=frozenset(settings.config_environment),
            values=lambda who, _execution_id: datastore.of(who),
            conduct=workflows.conduct,
        )

    async def rehearse(self, action: Action, given: JsonObject, mocks: Mocks, ask: Ask) -> Played:
        """The workflow rehearsed; nothing of it is started for real.

        It has to be awaited in a `VirtualLoop`.

        Args:
            action: The workflow.
            given: Its parameters.
            mocks: What the actions of its tasks give.
            ask: Asked for what they lack; where it has nothing, the rehearsal stops when nothing
                else can be run.

        Raises:
            ChatOpsError: The parameters aren't what the workflow takes.
            RunnerError: A loop in it doesn't end.
        """
        import asyncio

        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        around = Surroundings(known=self.world, engine=self._engine, new_id=self._new_id)
        serving = self._serving = Serving(
            engine=self._engine, around=around, mocks=mocks, clock=loop.time, ask=ask
        )
        begun = loop.time()
        requested = self._requested(action, given)
        prepared = requested.prepared
        scene, parts = serving.scene(requested, "")
        work = asyncio.ensure_future(self._engine.run(prepared, parts=parts))
        idle = loop.idle()

        def ended(_work: "asyncio.Future[Execution]") -> None:
            if not idle.done():
                idle.set_result(None)

        work.add_done_callback(ended)
        try:
            await idle
            end: Execution | None = work.result() if work.done() else None
            whole = played(
                scene,
                status=None if end is None else end.status,
                result=None if end is None else end.result,
                masked=_masked(prepared.masker),
            )
        finally:
            work.cancel()
            await asyncio.wait({work})
        if serving.endless is not None:
            raise RunnerError(
                f"the task {serving.endless} was run {OFTEN:,} times, and would be once more",
                hint="does its loop end? give it runs: with another result",
            )
        return replace(
            whole,
            seconds=loop.time() - begun,
            lacking=tuple(serving.lacking),
            waiting=tuple(serving.waiting),
            used=frozenset(serving.used),
        )

    def _requested(self, action: Action, given: JsonObject) -> Requested:
        context = {"user": self._user, "api_user": self._user, "source_channel": ROOM}
        request = Request(
            id=self._new_id(),
            action=action,
            given=given,
            context=context,
            site=self.world.site(action.pack),
        )
        origin = Origin(
            principal=Principal(network="local", user=self._user),
            room=ROOM,
            rule="rehearsal",
            reason="nothing is started",
        )
        return Requested(prepared=self._engine.prepare(request), origin=origin)

    def _watch(self, call: "Call", opened: "Opened", conductor: "AnyConductor") -> None:
        if self._serving is not None:
            self._serving.begun(call.execution_id, opened, conductor)


def _masked(masker: "Masker") -> Callable[[Json], Json]:
    return masker.json
