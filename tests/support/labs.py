"""A folder with settings and a pack, in which bridges and workers run and are killed."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from chatops_cli.records.key_file import generate
from tests.support.clusters import Cluster
from tests.support.services import Process, eventually

SETTINGS = """
packs: [packs]
engine:
  kind: durable
  routes: {"lab.far*": far}
  idempotent: ["lab.safe*"]
access:
  rules:
    - {name: all, effect: allow, who: ["*"], actions: ["*"]}
bridge:
  drain: 2
  networks:
    term: {type: jsonl}
"""
INLINE = SETTINGS.replace("kind: durable", "kind: inline")
INLINE = INLINE.replace('  routes: {"lab.far*": far}\n  idempotent: ["lab.safe*"]\n', "")
ACTIONS = ("near", "far", "safe", "far_two")
"""Actions of the pack `lab`: 'far' ones are for workers, 'safe' may be run again."""
COMMAND = (
    "echo began >> $FOLDER/{{ tag }}; while [ ! -e $FOLDER/{{ tag }}.go ]; do sleep 0.1; done; "
    "echo ended >> $FOLDER/{{ tag }}; echo {{ tag }} is $((40 + 2))"
)


FLOW = """
version: 1.0
vars: [{told: []}]
tasks:
  first:
    action: lab.far tag="one"
    next:
      - when: <% succeeded() %>
        publish: [{told: "<% ctx(told) + [result().stdout] %>"}]
        do: [safe, far, near]
  safe:
    action: lab.safe tag="two"
    next: [{publish: [{told: "<% ctx(told) + [result().stdout] %>"}], do: [last]}]
  far:
    action: lab.far_two tag="three"
    next: [{publish: [{told: "<% ctx(told) + [result().stdout] %>"}], do: [last]}]
  near:
    action: lab.near tag="four"
    next: [{do: [last]}]
  last:
    join: all
    action: lab.near tag="five"
output: [{told: "<% ctx(told) %>"}]
"""


class Lab:
    """A folder with settings and a pack whose actions wait until a file is there."""

    def __init__(self, folder: Path, settings: str) -> None:
        self.folder = folder
        self.home = folder / "home"
        (folder / "chatops.yaml").write_text(settings)
        pack = folder / "packs" / "lab"
        for part in ("actions", "aliases"):
            (pack / part).mkdir(parents=True)
        (pack / "pack.yaml").write_text(
            "name: lab\nref: lab\nversion: 1.0.0\nauthor: a\nemail: a@example.com\n"
            "description: A lab\n"
        )
        for name in ACTIONS:
            command = COMMAND.replace("$FOLDER", str(folder))
            (pack / "actions" / f"{name}.yaml").write_text(
                f"name: {name}\nrunner_type: local-shell-cmd\nenabled: true\ndescription: d\n"
                "parameters:\n  tag: {type: string, required: true}\n"
                f"  cmd: {{immutable: true, default: '{command}'}}\n"
            )
            (pack / "aliases" / f"{name}.yaml").write_text(
                f"name: {name}\naction_ref: lab.{name}\ndescription: d\nack: {{enabled: false}}\n"
                f"formats: ['{name} {{{{ tag }}}}']\n"
                "result: {format: '{{ execution.status }}: {{ execution.result.stdout }}"
                "{{ execution.result.error }}'}\n"
            )
        (pack / "actions" / "flow.yaml").write_text(
            "name: flow\nrunner_type: orquesta\nentry_point: workflows/flow.yaml\n"
            "description: d\nparameters: {}\n"
        )
        (pack / "actions" / "workflows").mkdir()
        (pack / "actions" / "workflows" / "flow.yaml").write_text(FLOW)
        (pack / "aliases" / "flow.yaml").write_text(
            "name: flow\naction_ref: lab.flow\ndescription: d\nack: {enabled: false}\n"
            "formats: ['flow']\nresult: {format: '{{ execution.status }}: "
            "{{ execution.result.output }}'}\n"
        )
        self._stack = ExitStack()

    def bridge(self, home: Path | None = None) -> Process:
        """A bridge that has come up."""
        found = self._run(home, "bridge")
        eventually(lambda: found.logged("line-up"), found)
        return found

    def worker(self, queues: str, home: Path | None = None) -> Process:
        """A worker that takes work."""
        found = self._run(home, "worker", "--queues", queues)
        eventually(lambda: found.logged("executor-started"), found)
        return found

    def shell(self, text: str) -> "subprocess.CompletedProcess[str]":
        """What `chatops run --engine` says to this."""
        return subprocess.run(
            [
                sys.executable,
                "-m",
                "chatops_cli",
                "--home",
                str(self.home),
                "run",
                "--engine",
                text,
            ],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def go(self, tag: str) -> None:
        """The action with this tag may end."""
        (self.folder / f"{tag}.go").touch()

    def did(self, tag: str) -> list[str]:
        """What the action with this tag has done so far."""
        path = self.folder / tag
        return path.read_text().split() if path.exists() else []

    def close(self) -> None:
        """All its processes are gone."""
        self._stack.close()

    def _run(self, home: Path | None, *arguments: str) -> Process:
        found = Process(self.folder, home or self.home, *arguments)
        self._stack.callback(found.kill)
        return found


def shared_lab(folder: Path, server: Cluster, more: str = "") -> Lab:
    """One whose executions and messages are in a new database; `more` are further networks."""
    generate(folder / "key")
    url = server.create(f"t{os.getpid()}_{time.monotonic_ns()}")
    settings = SETTINGS.replace("kind: durable", f'kind: durable\n  url: "{url}"')
    return Lab(folder, f"{settings}{more}\ndatastore: {{key_file: key}}\n")
