"""The workflow that docs/workflows.md shows is one."""

import re
from pathlib import Path
from textwrap import dedent

from chatops_cli.model.execution import Status
from tests.support.inspections import reads
from tests.support.workflows import Driven

PAGE = Path(__file__).parents[2] / "docs" / "workflows.md"


def example() -> str:
    found = re.search(
        r"^```yaml\nversion: 1.0\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert found is not None
    return dedent(found[1])


def test_the_example_runs_to_its_end() -> None:
    driven = Driven(example(), {"hosts": ["a", "b"]})
    assert driven.started("check", 1).input == {"cmd": "ping -c 1 b"}
    driven.finish("check", item=0).finish("check", item=1).fail("backup").finish("announce")
    driven.finish("backup", result={"stdout": "saved"}).finish("done")
    assert driven.status() is Status.SUCCEEDED
    assert driven.output == {"saved": "saved", "failed": []}


def test_the_example_tells_how_many_failed() -> None:
    driven = Driven(example(), {"hosts": ["a", "b"]})
    driven.fail("check", item=0).finish("check", item=1)
    assert (driven.status(), driven.output) == (Status.FAILED, {"saved": None, "failed": 1})


def test_its_expressions_are_read() -> None:
    assert all(found.problem is None and not found.unknown for found in reads(example()))
