"""What an ``output_schema`` calls secret is in no result that is shown, whatever form it has."""

from dataclasses import replace

import pytest

from chatops_cli.execution.masking import Masker
from chatops_cli.execution.output_secrets import has_secret_output, masked_result
from chatops_cli.model.action import Action
from chatops_cli.model.json import Json, JsonObject
from tests.support.calls import make_action

MASK = "********"
SECRET: JsonObject = {"type": "string", "secret": True}


def action(runner: str, schema: JsonObject) -> Action:
    """An action of this runner with this output schema."""
    return replace(make_action(runner), output_schema=schema)


@pytest.mark.parametrize(
    ("runner", "schema", "result", "shown"),
    [
        pytest.param(
            "python-script",
            {"type": "object", "properties": {"pw": SECRET}},
            {"result": {"pw": "s3cret-1", "user": "bob"}, "stdout": "got s3cret-1"},
            {"result": {"pw": MASK, "user": "bob"}, "stdout": f"got {MASK}"},
            id="a schema of the output",
        ),
        pytest.param(
            "python-script",
            {"pw": SECRET},
            {"result": {"pw": "s3cret-1"}, "stdout": ""},
            {"result": {"pw": MASK}, "stdout": ""},
            id="only its properties, as older packs have it",
        ),
        pytest.param(
            "python-script",
            {"type": "array", "items": SECRET},
            {"result": ["s3cret-1", "s3cret-2"], "stdout": "s3cret-2"},
            {"result": [MASK, MASK], "stdout": MASK},
            id="a list",
        ),
        pytest.param(
            "python-script",
            SECRET,
            {"result": "s3cret-1", "stdout": "s3cret-1"},
            {"result": MASK, "stdout": MASK},
            id="a text",
        ),
        pytest.param(
            "orquesta",
            {"patternProperties": {"^p": SECRET}},
            {"output": {"pin": "s3cret-1", "user": "bob"}},
            {"output": {"pin": MASK, "user": "bob"}},
            id="patterns",
        ),
        pytest.param(
            "http-request",
            {"type": "object", "properties": {"token": SECRET}},
            {"body": {"token": "s3cret-1"}, "status_code": 200},
            {"body": {"token": MASK}, "status_code": 200},
            id="the body of an answer",
        ),
        pytest.param(
            "local-shell-cmd",
            {"type": "object", "properties": {"stdout": SECRET}},
            {"stdout": "s3cret-1", "stderr": "not s3cret-1"},
            {"stdout": MASK, "stderr": f"not {MASK}"},
            id="keys of the whole result",
        ),
        pytest.param(
            "local-shell-cmd",
            {"stdout": SECRET},
            {"stdout": "s3cret-1", "stderr": ""},
            {"stdout": MASK, "stderr": ""},
            id="keys of the whole result, only properties",
        ),
        pytest.param(
            "local-shell-cmd",
            SECRET,
            {"stdout": "s3cret-1", "stderr": ""},
            {"stdout": MASK, "stderr": ""},
            id="all that a command prints",
        ),
        pytest.param(
            "noop", {"k": SECRET}, {"k": "s3cret-1"}, {"k": MASK}, id="a runner without a key"
        ),
        pytest.param("orquesta", SECRET, None, None, id="no result"),
    ],
)
def test_what_a_schema_calls_secret_is_masked_and_known(
    runner: str, schema: JsonObject, result: Json, shown: Json
) -> None:
    assert has_secret_output(action(runner, schema))
    seen, masker = masked_result(action(runner, schema), result, Masker(()))
    assert seen == shown
    if result is not None:
        assert masker.text("later s3cret-1") == f"later {MASK}"


def test_a_schema_without_secrets_leaves_all() -> None:
    plain = action("python-script", {"pw": {"type": "string"}})
    assert not has_secret_output(plain)
    assert masked_result(plain, {"result": {"pw": "s3cret-1"}}, Masker(()))[0] == {
        "result": {"pw": "s3cret-1"}
    }
