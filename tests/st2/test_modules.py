"""What packs' code imports, in interpreters of its own: any Python from 3.8 on."""

import json
import marshal
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from chatops_cli.runners.python_script import FOLDER
from tests.support.interpreters import evaluate

VERSIONS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")


def find_python(version: str) -> str | None:
    """The interpreter of that version, if one of that name works here."""
    path = shutil.which(f"python{version}")
    if path is None:
        return None
    tried = subprocess.run([path, "-c", "pass"], check=False, capture_output=True)
    return path if tried.returncode == 0 else None


@pytest.fixture(params=VERSIONS)
def python(request: pytest.FixtureRequest) -> str:
    path = find_python(str(request.param))
    if path is None:
        pytest.skip(f"python{request.param} is not installed")
    return path


ACTION = """
from st2common.runners.base_action import Action
from st2actions.runners.pythonrunner import Action as Old
from st2common import log as logging
from st2common.constants.action import LIVEACTION_STATUS_SUCCEEDED
from st2common.exceptions.action import InvalidActionParameterException
from st2client.client import Client
from st2client.models import KeyValuePair, LiveAction
from st2common.content import utils
from st2common.util import date, isotime, jinja, monkey_patch, pack, shell
from st2common.runners.utils import get_logger_for_python_runner_action

LOG = logging.getLogger(__name__)

class Act(Action):
    def run(self, a):
        self.logger.info("run %s", a)
        try:
            raise InvalidActionParameterException(a)
        except Exception as error:
            return True, [str(error), Old is Action, LOG.name, LIVEACTION_STATUS_SUCCEEDED]
"""


def test_an_action_runs_in_every_python(python: str, tmp_path: Path) -> None:
    act = tmp_path / "act.py"
    act.write_text(ACTION)
    request = {
        "path": str(act),
        "folder": str(tmp_path),
        "pack": "demo",
        "parameters": {"a": "ü \u2028 \U0001f600"},
        "config": {"n": 1.5, "none": None},
        "context": {},
        "log_level": "INFO",
        "paths": [],
        "actions": str(tmp_path),
    }
    answer, theirs = os.pipe()
    with os.fdopen(answer) as pipe:
        ended = subprocess.run(
            [python, "-u", str(FOLDER / "_chatops_action.py")],
            input=marshal.dumps(request, 2),
            env={"CHATOPS_ANSWER_FD": str(theirs), "PYTHONDONTWRITEBYTECODE": "1"},
            pass_fds=[theirs],
            capture_output=True,
            check=False,
        )
        os.close(theirs)
        text = pipe.read()
    assert ended.stderr.decode() == "st2.actions.python.Act: INFO     run ü \u2028 \U0001f600\n"
    assert json.loads(text) == {
        "status": True,
        "result": ["ü \u2028 \U0001f600", True, "st2.act", "succeeded"],
    }


def test_json_is_the_same_without_the_scanner_in_c(python: str) -> None:
    code = """
import sys
import _chatops_json as module
values = [None, True, 1, -1.5, "ü\\n\\"", [], {}, {"a": [{"b": None}]}, 2 ** 70, [float("nan")]]
first = [module.dumps(v) for v in values] + [module.loads(module.dumps(v)) for v in values]
sys.modules["_json"] = None
again = [module.dumps(v) for v in values] + [module.loads(module.dumps(v)) for v in values]
print([a.replace(" ", "") if isinstance(a, str) else a for a in first]
      == [a.replace(" ", "") if isinstance(a, str) else a for a in again])
"""
    assert evaluate(code, python) == "True\n"


def test_loggers_are_those_of_the_standard_library_otherwise() -> None:
    code = """
import logging
from st2common import log
a, b = log.getLogger("pack.x"), log.getLogger("st2.pack.x")
print(a is b, a.name, type(logging.getLogger("other")) is logging.Logger, log.AUDIT)
a.addHandler(logging.NullHandler())
records = []
a.handle = records.append
a.warning("%s", 1, extra={"msg": "no clash"})
print(records[0].getMessage(), records[0]._msg, records[0].funcName, records[0].levelname)
a.setLevel(log.AUDIT + 1)
a.audit("unheard")
print(len(records))
"""
    assert evaluate(code).splitlines() == [
        "True st2.pack.x True 60",
        "1 no clash <module> WARNING",
        "1",
    ]


def test_an_action_without_service_has_what_it_needs() -> None:
    """So do packs' own tests make one."""
    code = """
from st2common.runners.base_action import Action
class Act(Action):
    def run(self):
        return 1
act = Act({"a": 1})
print(act.config["a"], act.action_service, act.logger.name, act.logger.level, act.description)
act.logger = "mine"
print(act.logger, hasattr(Act, "logger"))
try:
    act.config["b"]
except ValueError as error:
    print(error)
try:
    Action()
except TypeError as error:
    print("abstract")
"""
    assert evaluate(code).splitlines() == [
        "1 None st2.actions.python.Act 10 None",
        "mine False",
        'Config for pack "unknown" is missing key "b": add it to configs/unknown.yaml',
        "abstract",
    ]


def test_small_and_plain_results_need_no_library_to_be_said() -> None:
    """They are said as the library says them; all else is left to it."""
    code = """
import sys
from st2common.runners.python_action import _said

class Text(str):
    pass

class Number(int):
    pass

plain = [None, True, False, 0, -7, 2**31 - 1, "", "a b", [], {}]
plain += [[1, [True, None]], {"a": {"b": ["c"]}}]
said = [_said(value) for value in plain]
print("_json" in sys.modules)
endless = []
endless.append(endless)
left = []
texts = ("\\n", '"', chr(92), "ü", Text("a"))
for value in (*texts, 1.5, 2**31, (1,), {1: 2}, [0] * 99, endless, Number(1)):
    for held in (value, [value], {"a": value}):
        try:
            left.append(_said(held))
        except ValueError:
            pass
print(left)
from _chatops_json import dumps
print([text == dumps(value) for text, value in zip(said, plain)].count(True) == len(plain))
"""
    assert evaluate(code) == "False\n[]\nTrue\n"


def test_little_is_imported_before_an_action_runs() -> None:
    """Start-up is what an action waits for: none of these is needed by a plain one."""
    code = """
import sys
from st2common.runners.base_action import Action
import st2common.runners.python_action
heavy = (
    *("json", "re", "logging", "typing", "traceback", "inspect", "importlib.util", "enum"),
    *("_chatops_missing", "_chatops_json", "_json"),
)
print([name for name in heavy if name in sys.modules])
from _chatops_json import dumps, loads
loads("[1]"), dumps([1])
print("json" in sys.modules)
"""
    assert evaluate(code) == "[]\nFalse\n"
