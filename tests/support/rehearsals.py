"""A pack whose workflows are rehearsed; whatever it would really run leaves a file behind."""

from pathlib import Path

from tests.support.cli import Result, invoke
from tests.support.packs import action_text, write_pack

RELEASE = """\
version: 1.0
input: [app, n]
vars: [{built: none}]
tasks:
  build:
    action: web.make app=<% ctx(app) %>
    next:
      - when: <% succeeded() %>
        publish: [{built: <% result().stdout %>}]
        do: [scan, inner]
      - when: <% failed() %>
        do: clean
  scan:
    with: <% range(ctx(n)) %>
    action: web.count n=<% item() %>
    delay: 3600
    next: [{do: ship}]
  inner:
    action: web.inner app=<% ctx(app) %>
    next: [{publish: [{deep: <% result().output.deep %>}], do: ship}]
  ship:
    join: all
    action: web.make app=<% ctx(built) %>
    retry: {count: 2, delay: 100}
    next: [{when: <% succeeded() %>, do: ask}, {when: <% failed() %>, do: clean}]
  ask: {action: web.ask}
  clean: {next: [{do: fail}]}
output:
  - built: <% ctx(built) %>
"""
INNER = """\
version: 1.0
input: [app]
tasks:
  dig: {action: web.make app=<% ctx(app) %>, next: [{publish: [{deep: <% result().stdout %>}]}]}
output: [{deep: <% ctx(deep) %>}]
"""
CHAIN = """\
chain:
  - name: one
    ref: web.make
    parameters: {app: "{{ app }}"}
    publish: {said: "{{ one.stdout }}"}
    on-success: two
    on-failure: three
  - {name: two, ref: web.make, parameters: {app: "{{ said }}"}}
  - {name: three, ref: web.quiet}
default: one
"""
ENDLESS = (
    "version: 1.0\ntasks:\n  begin: {next: [{do: go}]}\n"
    "  go: {action: web.quiet, next: [{do: go}]}\n"
)
SECRET = "hunter22"
ALL_WELL = """\
workflow: web.release
input: {app: api, n: 2}
actions: {web.count: 7}
mocks:
  build: built-1
  inner.dig: [1, 2]
cases:
  - name: all goes well
    mocks:
      ship: {runs: [{status: failed, gives: no}, {gives: fine, takes: 5}]}
      ask: {gives: {continue: true}}
    expect:
      status: succeeded
      output: {built: built-1}
      tasks: [build -> inner.dig -> ship -> ask, {clean: never}, {ship: 2}, {ask: succeeded}]
      errors: []
"""


class Stage:
    """The pack, and what `chatops workflow rehearse` says of it."""

    def __init__(self, tmp_path: Path) -> None:
        self.folder = tmp_path
        self.ran = tmp_path / "ran"
        more = "parameters: {app: {type: string}, n: {type: integer, default: 2}}\n"
        files: dict[str, str | bytes] = {
            "actions/make.yaml": (
                "name: make\nrunner_type: local-shell-cmd\nparameters:\n"
                "  app: {type: string, required: true}\n"
                f"  cmd: {{immutable: true, default: touch {self.ran}}}\n"
            ),
            "actions/count.yaml": (
                "name: count\nrunner_type: python-script\nentry_point: count.py\nparameters:\n"
                "  n: {type: integer, required: true}\n"
                f"  pin: {{type: string, secret: true, default: {SECRET}}}\n"
            ),
            "actions/count.py": f"open({str(self.ran)!r}, 'w')\n",
            "actions/ask.yaml": action_text("ask", "inquirer"),
            "actions/quiet.yaml": action_text("quiet"),
        }
        for name, text in {"release": RELEASE, "inner": INNER, "endless": ENDLESS}.items():
            files[f"actions/workflows/{name}.yaml"] = text
            entry = f"entry_point: workflows/{name}.yaml\n{more}"
            files[f"actions/{name}.yaml"] = action_text(name, "orquesta", entry)
        files["actions/workflows/steps.yaml"] = CHAIN
        entry = f"entry_point: workflows/steps.yaml\n{more}"
        files["actions/steps.yaml"] = action_text("steps", "action-chain", entry)
        write_pack(tmp_path / "packs", "web", files)

    def rehearse(self, *arguments: str, stdin: str = "") -> Result:
        """`chatops workflow rehearse ARGUMENTS`; nothing is run for real."""
        packs, home = str(self.folder / "packs"), str(self.folder / "home")
        found = invoke(
            "--packs", packs, "--home", home, "workflow", "rehearse", *arguments, stdin=stdin
        )
        assert not self.ran.exists()
        return found

    def file(self, text: str, name: str = "mocks.yaml") -> str:
        """A file of mocks."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return str(path)
