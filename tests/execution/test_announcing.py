"""What actions announce reaches whoever listens, without its secrets."""

from typing import TYPE_CHECKING

from chatops_cli.execution.engine import Request
from chatops_cli.execution.inline import InlineEngine
from chatops_cli.execution.parameters import Binder
from chatops_cli.model.announcement import Announcement
from chatops_cli.rendering.templates import Templates
from chatops_cli.runners.registry import find_runner
from tests.support.clock import FakeClock
from tests.support.parameters import make_action

if TYPE_CHECKING:
    from chatops_cli.model.json import JsonObject


async def test_secrets_are_masked_by_schema_and_by_value() -> None:
    heard: list[Announcement] = []
    engine = InlineEngine(
        find_runner=find_runner,
        binder=Binder(Templates()),
        clock=FakeClock(),
        new_id=lambda: "i-1",
        announce=heard.append,
    )
    schemas: dict[str, JsonObject] = {
        "experimental": {"default": True},
        "token": {"type": "string", "secret": True},
        "message": {"type": "string", "default": "use {{ token }}"},
        "user": {"type": "string"},
    }
    action = make_action(schemas, runner_type="announcement")
    request = Request(id="e-1", action=action, given={"token": "canary-token"})
    execution = await engine.run(engine.prepare(request))
    payload = {"token": "********", "message": "use ********", "user": None}
    assert heard == [Announcement(route="general", payload=payload, execution_id="e-1")]
    assert isinstance(execution.result, dict)
    assert execution.result["token"] == "canary-token"
