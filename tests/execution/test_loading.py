"""Preparing an ordinary action loads nothing heavy: start-up is a feature."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

CODE = """
import sys
from datetime import datetime, timezone
from chatops_cli.execution.engine import Request
from chatops_cli.execution.inline import InlineEngine
from chatops_cli.execution.parameters import Binder
from chatops_cli.rendering.templates import Templates
from chatops_cli.runners.registry import find_runner
from tests.support.parameters import make_action

sys.modules.pop("asyncio", None)  # the builders of the tests have it
engine = InlineEngine(
    find_runner=find_runner,
    binder=Binder(Templates()),
    clock=lambda: datetime(2026, 1, 1, tzinfo=timezone.utc),
    new_id=lambda: "i",
)
parameters = {
    "cmd": {"default": "ping {{ host }} -c {{ n }}"},
    "host": {"type": "string"},
    "n": {"type": "integer", "enum": [1, 2]},
}
action = make_action(parameters, runner_type="local-shell-cmd")
prepared = engine.prepare(Request(id="e", action=action, given={"host": "h", "n": "2"}))
assert prepared.masked_parameters()["cmd"] == "ping h -c 2"
heavy = "ahocorasick_rs asyncio difflib fastjsonschema jinja2 re2 tinydb yaml"
print(sorted(set(heavy.split()) & set(sys.modules)))
"""


def test_ordinary_action_is_prepared_without_heavy_modules() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
