"""A pack with workflows that a test writes, run through a room with its records in memory."""

from pathlib import Path

from chatops_cli.model.chat import Reply
from chatops_cli.model.json import Json
from chatops_cli.model.progress import Progress
from chatops_cli.records.events import ExecutionFinished, ExecutionRequested
from tests.support.chat import make_message
from tests.support.packs import action_text, alias_text, write_pack
from tests.support.rooms import Memory, make_room, replies_to

ECHO = (
    "runner_type: local-shell-cmd\nname: echo\nparameters:\n  text: {type: string}\n"
    '  cmd: {immutable: true, default: "echo {{ text | shell_quote }}"}\n'
)
BROKEN = (
    "name: broken\nrunner_type: local-shell-cmd\n"
    "parameters: {cmd: {default: 'echo no such host >&2; exit 3'}}\n"
)
SLEEP = (
    "name: sleep\nrunner_type: local-shell-cmd\nparameters:\n"
    "  seconds: {type: number, default: 0}\n"
    '  cmd: {immutable: true, default: "sleep {{ seconds }}"}\n'
)
PARAMETERS = (
    "parameters:\n  app: {type: string}\n  pin: {type: string, secret: true, default: hunter22}\n"
)


class Flow:
    """The workflow `flow.work`, run by the message ``go``, beside `flow.echo` and such.

    Args:
        tmp_path: Where packs and state are.
        definition: That of `flow.work`.
        more: Other workflows by name; files by their path where that has a slash.
        memory: The records.
        runner: The language of `flow.work`.
        settings: More lines of its metadata.
    """

    def __init__(
        self,
        tmp_path: Path,
        definition: str,
        *,
        more: dict[str, str] | None = None,
        memory: Memory | None = None,
        runner: str = "orquesta",
        settings: str = "",
    ) -> None:
        files: dict[str, str | bytes] = {
            "actions/echo.yaml": ECHO,
            "actions/broken.yaml": BROKEN,
            "actions/sleep.yaml": SLEEP,
            "actions/noop.yaml": action_text("noop"),
            "aliases/go.yaml": alias_text("go", "flow.work", "go {{ app }}"),
        }
        self._workflow(files, "work", definition, runner, PARAMETERS + settings)
        for name, text in (more or {}).items():
            if "/" in name:
                files[name] = text
            else:
                self._workflow(files, name, text, "orquesta", PARAMETERS)
        write_pack(tmp_path / "packs", "flow", files)
        self.memory = memory or Memory()
        self.room = make_room(tmp_path / "packs", home=tmp_path / "home", memory=self.memory)
        self.replies: list[Reply] = []

    def _workflow(
        self, files: dict[str, str | bytes], name: str, text: str, runner: str, more: str
    ) -> None:
        more = f"entry_point: workflows/{name}.yaml\n{more}"
        files[f"actions/{name}.yaml"] = action_text(name, runner, more)
        files[f"actions/workflows/{name}.yaml"] = text

    def go(self) -> Reply:
        """The last reply to ``go api``."""
        self.replies = replies_to(self.room, make_message("go api"))
        return self.replies[-1]

    @property
    def requested(self) -> list[ExecutionRequested]:
        return [e for e, _ in self.memory.events if isinstance(e, ExecutionRequested)]

    @property
    def finished(self) -> list[ExecutionFinished]:
        return [e for e, _ in self.memory.events if isinstance(e, ExecutionFinished)]

    @property
    def progress(self) -> list[Progress]:
        """All that was told of how far it has come."""
        return [reply.progress for reply in self.replies if reply.progress is not None]

    @property
    def result(self) -> dict[str, Json]:
        """What the whole gave: it ends last."""
        result = self.memory.results[-1]
        assert isinstance(result, dict)
        return result


def tasks(text: str) -> str:
    """A definition with these tasks and the inputs that `flow.work` has."""
    return f"version: 1.0\ninput: [app, pin]\ntasks:\n{text}"
