"""`chatops workflow rehearse --from` serves what an execution on record gave."""

from pathlib import Path

import pytest

from tests.support.cli import Result, invoke
from tests.support.packs import action_text, write_pack

WORK = """\
version: 1.0
input: [app, pin]
tasks:
  build:
    action: flow.echo text=<% ctx(app) %>
    next: [{publish: [{built: <% result().stdout %>}], do: [each, inner, tried]}]
  each:
    with: <% [1, 2] %>
    action: flow.echo text=<% str(item()) %>
  inner: {action: flow.inner app=<% ctx(pin) %>}
  tried:
    action: flow.once
    retry: {count: 1}
output: [{built: <% ctx(built) %>}]
"""
INNER = "version: 1.0\ninput: [app, pin]\ntasks: {dig: {action: flow.echo text=<% ctx(app) %>}}\n"
SECRET = "hunter22"


class Flow:
    """A pack whose workflow was run once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        pin = f"pin: {{type: string, default: {SECRET}, secret: true}}"
        more = f"parameters:\n  app: {{type: string}}\n  {pin}\n"
        once = f"test -e {folder}/once || {{ touch {folder}/once; exit 3; }}; echo again"
        files: dict[str, str | bytes] = {
            "actions/echo.yaml": (
                "runner_type: local-shell-cmd\nname: echo\nparameters:\n  text: {type: string}\n"
                '  cmd: {immutable: true, default: "echo {{ text | shell_quote }}"}\n'
            ),
            "actions/once.yaml": action_text(
                "once", "local-shell-cmd", f'parameters: {{cmd: {{default: "{once}"}}}}\n'
            ),
        }
        for name, text in {"work": WORK, "inner": INNER}.items():
            files[f"actions/workflows/{name}.yaml"] = text
            entry = f"entry_point: workflows/{name}.yaml\n{more}"
            files[f"actions/{name}.yaml"] = action_text(name, "orquesta", entry)
        write_pack(folder / "packs", "flow", files)
        ran = self.chatops("action", "run", "flow.work", "app=api", "--json")
        assert ran.exit_code == 0, ran.stdout
        whole = ran.json_lines[-1]  # on a slow machine progress is told before it
        assert isinstance(whole, dict)
        self.id = str(whole["execution_id"])

    def chatops(self, *arguments: str) -> Result:
        packs, home = str(self.folder / "packs"), str(self.folder / "home")
        return invoke("--packs", packs, "--home", home, *arguments)


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory) -> Flow:
    return Flow(tmp_path_factory.mktemp("flow"))


def test_what_an_execution_gave_is_served_again(flow: Flow) -> None:
    found = flow.chatops("workflow", "rehearse", "--from", flow.id)
    assert found.exit_code == 0, found
    assert "run 1: failed" in found.stdout
    assert 'run 2: succeeded  gave {"failed": false' in found.stdout
    assert '"stdout": "again"' in found.stdout
    assert 'output: {"built": "api"}' in found.stdout
    assert "    dig  flow.echo  succeeded" in found.stdout
    assert SECRET not in found.stdout + found.stderr
    assert "note: secrets are masked on record (********)" in found.stderr


def test_it_is_written_as_a_file_of_mocks(flow: Flow, tmp_path: Path) -> None:
    file = tmp_path / "mocks.yaml"
    arguments = ("workflow", "rehearse", "--from", flow.id[:20], "--record", str(file))
    found = flow.chatops(*arguments)
    assert found.exit_code == 0, found
    text = file.read_text()
    assert text.startswith(f"# from the execution {flow.id}\n# secrets are masked")
    for line in ("workflow: flow.work", "  inner.dig:", "    items:", "    runs:", '  app: "api"'):
        assert f"\n{line}\n" in text
    assert SECRET not in text
    again = flow.chatops("workflow", "rehearse", "--mocks", str(file))
    assert (again.exit_code, again.stderr) == (0, "")
    assert flow.chatops(*arguments).exit_code == 2  # a file that is there is kept


def test_other_mocks_come_before_what_is_on_record(flow: Flow, tmp_path: Path) -> None:
    file = tmp_path / "mocks.yaml"
    file.write_text("mocks: {build: {status: failed, gives: full}}\n")
    found = flow.chatops("workflow", "rehearse", "--from", flow.id, "--mocks", str(file))
    assert "build  flow.echo  failed" in found.stdout


def test_what_is_no_workflow_on_record_is_refused(flow: Flow) -> None:
    parts = flow.chatops("history", "list", "--action", "flow.echo", "--json").json_lines
    part = parts[0]
    assert isinstance(part, dict)
    found = flow.chatops("workflow", "rehearse", "--from", str(part["id"]))
    assert (found.exit_code, "is no workflow but one of flow.echo" in found.stderr) == (1, True)
    several = flow.chatops("workflow", "rehearse", "--from", flow.id[:3])
    assert "several executions begin with" in several.stderr
