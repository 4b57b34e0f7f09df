"""Results of Python actions that neither JSON nor text can say."""

from dataclasses import replace
from pathlib import Path

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.runners import python_script
from chatops_cli.runners.workers import PythonWorkers
from tests.support.calls import make_action, make_call, write_pack

MODULE = """
from st2common.runners.base_action import Action

class Mute:
    def __repr__(self):
        raise ValueError("s3cr3t")

class Act(Action):
    def run(self):
        deep = []
        for _ in range(100000):
            deep = [deep]
        return {expression}
"""


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        pytest.param("deep", "returned a list", id="nested too deeply"),
        pytest.param("Mute()", "returned a Mute", id="a class without a text"),
        pytest.param("[float('nan'), Mute()]", "returned a list", id="and a number without value"),
    ],
)
async def test_such_a_result_is_told(
    expression: str, said: str, tmp_path: Path, workers: PythonWorkers | None
) -> None:
    """One line says what it was, without this program's own frames."""
    pack = write_pack(tmp_path, {"act.py": MODULE.replace("{expression}", expression)})
    call = make_call(make_action("python-script", pack=pack, entry_point="act.py"))
    outcome = await python_script.run(replace(call, workers=workers))
    assert isinstance(outcome.result, dict)
    stderr = str(outcome.result["stderr"])
    assert (outcome.status, outcome.result["exit_code"]) == (Status.FAILED, 1)
    assert said in stderr
    assert "Traceback" not in stderr
    assert "s3cr3t" not in stderr
