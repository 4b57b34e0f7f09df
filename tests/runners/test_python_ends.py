"""What an action leaves behind when it has returned: all that the end of Python does is done."""

import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.runners import python_script
from chatops_cli.runners.workers import PythonWorkers
from tests.support.calls import make_action, make_call, write_pack

HEAD = "import sys\nfrom st2common.runners.base_action import Action\nclass Act(Action):\n"

FILES = {
    "lib/keeper.py": "kept = []\n",
    "lib/teller.py": """
import atexit
atexit.register(print, "at exit")
""",
}


@pytest.mark.parametrize(
    ("body", "stdout"),
    [
        pytest.param("print('x', end=''); return 1", "x", id="nothing"),
        pytest.param("import atexit; atexit.register(print, 'bye')", "bye\n", id="atexit"),
        pytest.param("print('x'); sys.stdout.close()", "x\n", id="a closed stream"),
        pytest.param("import teller", "at exit\n", id="atexit of the pack's own module"),
        pytest.param(
            "import threading, time\n"
            "def late():\n    time.sleep(0.1); print('late')\n"
            "threading.Thread(target=late).start()",
            "late\n",
            id="a thread",
        ),
        pytest.param(
            "import concurrent.futures as f, time\n"
            "def late():\n    time.sleep(0.1); print('late')\n"
            "f.ThreadPoolExecutor().submit(late)",
            "late\n",
            id="an executor",
        ),
        pytest.param(
            "import ctypes; ctypes.CDLL(None).printf(b'from C')", "from C", id="printed by C"
        ),
        pytest.param(
            "import io, os; sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, 'w')))\n"
            "print('held')",
            "held\n",
            id="a stream of its own",
        ),
        pytest.param(
            "import multiprocessing as m\n"
            "c = m.get_context('spawn'); p = c.Process(target=print, args=('spawned',))\n"
            "p.start(); p.join()",
            "spawned\n",
            id="multiprocessing",
        ),
        pytest.param(
            "class Last:\n    def __del__(self):\n        print('gone')\n"
            "self.me, self.last = self, Last()",
            "gone\n",
            id="an object in a circle",
        ),
    ],
)
async def test_what_comes_after_the_action_is_seen(
    body: str, stdout: str, tmp_path: Path, workers: PythonWorkers | None
) -> None:
    run = "    def run(self):\n" + textwrap.indent(body, "        ")
    pack = write_pack(tmp_path, {"act.py": HEAD + run, **FILES})
    call = make_call(make_action("python-script", pack=pack, entry_point="act.py"))
    outcome = await python_script.run(replace(call, workers=workers))
    assert isinstance(outcome.result, dict)
    assert (outcome.result["stdout"], outcome.result["stderr"]) == (stdout, "")
    assert outcome.status is Status.SUCCEEDED


@pytest.mark.parametrize("where", ["module", "lib"])
async def test_files_that_were_not_closed_are_written(
    where: str, tmp_path: Path, workers: PythonWorkers | None
) -> None:
    head = "import keeper\n" if where == "lib" else ""
    keep = "keeper.kept.append(file)" if where == "lib" else "global held; held = file"
    body = f"    def run(self):\n        file = open({str(tmp_path / 'f')!r}, 'w')\n"
    body += f"        file.write('all of it')\n        {keep}\n"
    pack = write_pack(tmp_path, {"act.py": head + HEAD + body, **FILES})
    call = make_call(make_action("python-script", pack=pack, entry_point="act.py"))
    outcome = await python_script.run(replace(call, workers=workers))
    assert outcome.status is Status.SUCCEEDED
    assert (tmp_path / "f").read_text() == "all of it"


async def test_an_interruption_ends_it_as_it_ends_python(
    tmp_path: Path, workers: PythonWorkers | None
) -> None:
    body = "    def run(self):\n        raise KeyboardInterrupt('now')\n"
    pack = write_pack(tmp_path, {"act.py": HEAD + body})
    call = make_call(make_action("python-script", pack=pack, entry_point="act.py"))
    outcome = await python_script.run(replace(call, workers=workers))
    assert isinstance(outcome.result, dict)
    assert (outcome.status, outcome.result["exit_code"]) == (Status.FAILED, -2)
    assert str(outcome.result["stderr"]).endswith("KeyboardInterrupt: now\n")
