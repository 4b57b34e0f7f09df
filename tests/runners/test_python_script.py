"""A Python action: each sentence that docs say of it, in real interpreters, started and forked."""

import os
import sys
import textwrap
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners import python_script
from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.workers import PythonWorkers
from tests.support.calls import make_action, make_call, write_pack

IMPORT = "from st2common.runners.base_action import Action\n"
CLASS = IMPORT + "class Act(Action):\n"


def python_call(
    folder: Path,
    body: str,
    parameters: Mapping[str, Json] | None = None,
    *,
    declared: tuple[str, ...] = (),
    files: Mapping[str, str] | None = None,
    config: Mapping[str, Json] | None = None,
    context: Mapping[str, Json] | None = None,
    **runner_parameters: Json,
) -> Call:
    """A call of an action class with this body, or of a whole module where it imports `Action`."""
    text = textwrap.dedent(body)
    module = text if "Action\n" in text else CLASS + textwrap.indent(text, "    ")
    pack = write_pack(folder, {"act.py": module, **(files or {})})
    action = make_action(
        "python-script",
        pack=pack,
        entry_point="act.py",
        parameters=[Parameter(name=name) for name in declared],
    )
    return replace(
        make_call(action, **runner_parameters),
        parameters=parameters or {},
        config=config or {},
        context=context or {},
    )


Run = Callable[[Call], Awaitable[tuple[Status, dict[str, Json]]]]


@pytest.fixture
def run(workers: PythonWorkers | None) -> Run:
    """Runs a call in a new interpreter, or in a process forked from a worker."""

    async def run_call(call: Call) -> tuple[Status, dict[str, Json]]:
        outcome: Outcome = await python_script.run(replace(call, workers=workers))
        assert isinstance(outcome.result, dict)
        return outcome.status, outcome.result

    return run_call


async def returned(run: Run, folder: Path, expression: str, imports: str = "") -> Json:
    body = f"{imports}\n{CLASS}    def run(self):\n        return {expression}\n"
    status, result = await run(python_call(folder, body))
    assert (status, result["stderr"]) == (Status.SUCCEEDED, "")
    return result["result"]


async def test_the_result_has_its_four_keys(run: Run, tmp_path: Path) -> None:
    status, result = await run(
        python_call(tmp_path, "def run(self, a):\n    print('hi')\n    return {'a': a}", {"a": [1]})
    )
    assert status is Status.SUCCEEDED
    assert result == {"result": {"a": [1]}, "exit_code": 0, "stdout": "hi\n", "stderr": ""}


async def test_declared_parameters_without_value_are_none(run: Run, tmp_path: Path) -> None:
    call = python_call(
        tmp_path,
        "def run(self, a, b):\n    return [a, b]",
        {"a": 1},
        declared=("a", "b", "timeout"),
    )
    _, result = await run(replace(call, runner_parameters={"timeout": 60}))
    assert result["result"] == [1, None]


@pytest.mark.parametrize(
    ("expression", "status", "result"),
    [
        pytest.param("(True, {'a': 1})", Status.SUCCEEDED, {"a": 1}, id="success"),
        pytest.param("(False, 'why')", Status.FAILED, "why", id="failure"),
        pytest.param("(None, 1)", Status.SUCCEEDED, 1, id="no status"),
        pytest.param("[False, 1]", Status.SUCCEEDED, [False, 1], id="a list is no pair"),
        pytest.param("(1, 2, 3)", Status.SUCCEEDED, [1, 2, 3], id="three are no pair"),
        pytest.param("False", Status.SUCCEEDED, False, id="false alone is the result"),
        pytest.param("None", Status.SUCCEEDED, None, id="nothing"),
    ],
)
async def test_a_pair_sets_the_status(
    expression: str, status: Status, result: Json, run: Run, tmp_path: Path
) -> None:
    got, answer = await run(python_call(tmp_path, f"def run(self):\n    return {expression}"))
    assert (got, answer["result"], answer["exit_code"]) == (status, result, 0)


async def test_a_status_that_is_no_bool_is_an_error(run: Run, tmp_path: Path) -> None:
    status, result = await run(python_call(tmp_path, "def run(self):\n    return ('yes', 1)"))
    assert (status, result["result"], result["exit_code"]) == (Status.FAILED, None, 220)
    assert "run() returned the status 'yes'" in str(result["stderr"])


@pytest.mark.parametrize(
    ("imports", "expression", "expected"),
    [
        pytest.param("", "{1, }", "{1}", id="a set"),
        pytest.param("", "{'a': {2}}", "{'a': {2}}", id="a set inside"),
        pytest.param("", "(True, b'x')", "b'x'", id="bytes"),
        pytest.param("", "{(1, 2): 3}", "{(1, 2): 3}", id="a key that is a tuple"),
        pytest.param("", "[float('nan'), {'a': (float('inf'),)}]", [None, {"a": [None]}], id="NaN"),
        pytest.param("import datetime", "datetime.date(2020, 1, 2)", "2020-01-02", id="date"),
        pytest.param("import uuid", "[uuid.UUID(int=1)]", [str(uuid.UUID(int=1))], id="UUID"),
        pytest.param("import enum", "enum.Enum('E', {'A': 'x'}).A", "x", id="enum"),
        pytest.param(
            "import dataclasses\n@dataclasses.dataclass\nclass D:\n    x: int",
            "{'d': D(1)}",
            {"d": {"x": 1}},
            id="dataclass",
        ),
        pytest.param("", "{'ü': '\\u2028\\n\"'}", {"ü": '\u2028\n"'}, id="any text"),
        pytest.param("", "'\\ud800'", "?", id="half a pair"),
        pytest.param("", "2 ** 80", 2**80, id="a large number"),
        pytest.param("import json", "{'a': [1.5, True]}", {"a": [1.5, True]}, id="json imported"),
    ],
)  # fmt: skip
async def test_data_that_is_not_json_becomes_text(
    imports: str, expression: str, expected: Json, run: Run, tmp_path: Path
) -> None:
    assert await returned(run, tmp_path, expression, imports) == expected


async def test_data_that_contains_itself_becomes_text(run: Run, tmp_path: Path) -> None:
    body = "def run(self):\n    a = []\n    a.append(a)\n    return a"
    assert (await run(python_call(tmp_path, body)))[1]["result"] == "[[...]]"


@pytest.mark.parametrize(
    ("error", "code"), [("KeyboardInterrupt", -2), ("GeneratorExit", 1), ("Own", 1)]
)
async def test_what_is_no_exception_is_told_in_the_same_way(
    error: str, code: int, run: Run, tmp_path: Path
) -> None:
    body = (
        f"class Own(BaseException): pass\n{CLASS}    def run(self):\n        raise {error}('x')\n"
    )
    status, result = await run(python_call(tmp_path, body))
    assert (status, result["exit_code"]) == (Status.FAILED, code)
    lines = str(result["stderr"]).splitlines()
    assert [line for line in lines if line.startswith("  File")] == [
        f'  File "{tmp_path}/demo/actions/act.py", line 5, in run'
    ]
    assert lines[-1].endswith(f"{error}: x")


async def test_an_edit_counts_at_once(run: Run, tmp_path: Path) -> None:
    """Even one that Python takes for none: within a second, and of the same length."""
    found = [await returned(run, tmp_path, text) for text in ("'a'", "'b'", "'c'")]
    assert found == ["a", "b", "c"]


async def test_an_exception_fails_with_a_traceback_of_the_packs_code_only(
    run: Run, tmp_path: Path
) -> None:
    body = "def run(self):\n    return self.inner()\ndef inner(self):\n    raise KeyError('nope')"
    status, result = await run(python_call(tmp_path, body))
    assert (status, result["result"], result["exit_code"]) == (Status.FAILED, None, 1)
    stderr = str(result["stderr"])
    assert stderr.startswith("Traceback (most recent call last):\n")
    assert stderr.endswith("KeyError: 'nope'\n")
    assert stderr.count('  File "') == stderr.count("demo/actions/act.py") == 2


@pytest.mark.parametrize(
    ("code", "status", "exit_code"),
    [
        pytest.param("0", Status.SUCCEEDED, 0, id="0"),
        pytest.param("7", Status.FAILED, 7, id="7"),
        pytest.param("'why'", Status.FAILED, 1, id="text"),
    ],
)
async def test_leaving_by_sys_exit(
    code: str, status: Status, exit_code: int, run: Run, tmp_path: Path
) -> None:
    body = f"def run(self):\n    import sys\n    sys.exit({code})"
    got, result = await run(python_call(tmp_path, body))
    assert (got, result["exit_code"], result["result"]) == (status, exit_code, None)
    assert result["stderr"] == ("why\n" if code == "'why'" else "")


async def test_a_crash_of_the_interpreter_is_a_failure(run: Run, tmp_path: Path) -> None:
    status, result = await run(python_call(tmp_path, "def run(self):\n    import os; os.abort()"))
    assert (status, result["exit_code"]) == (Status.FAILED, -6)


async def test_the_class_gets_configuration_and_service(run: Run, tmp_path: Path) -> None:
    body = IMPORT + textwrap.dedent("""
        class Act(Action):
            def __init__(self, config=None, action_service=None):
                super().__init__(config, action_service)
                self.before = self.action_service is action_service is not None
            def run(self):
                return [self.before, self.config['k'], self.config.get('none'), dict(self.config)]
        """)
    _, result = await run(python_call(tmp_path, body, config={"k": {"deep": 1}}))
    assert result["result"] == [True, {"deep": 1}, None, {"k": {"deep": 1}}]


async def test_an_old_class_gets_its_service_afterwards(run: Run, tmp_path: Path) -> None:
    body = textwrap.dedent("""
        from st2actions.runners.pythonrunner import Action
        from st2common.runners import base_action
        class Act(Action):
            def __init__(self, config):
                super(Act, self).__init__(config=config)
            def run(self):
                self.logger.debug("hidden")
                user = self.action_service.get_user_info()
                return [user["username"], Action is base_action.Action]
        """)
    context: Mapping[str, Json] = {"user": "bot", "api_user": "alice"}
    _, result = await run(python_call(tmp_path, body, context=context, log_level="INFO"))
    assert (result["result"], result["stderr"]) == (["bot", True], "")


async def test_a_type_error_of_the_constructor_itself_is_told(run: Run, tmp_path: Path) -> None:
    body = "def __init__(self, config, other, action_service):\n    pass\ndef run(self):\n    pass"
    status, result = await run(python_call(tmp_path, body))
    assert status is Status.FAILED
    assert "missing 1 required positional argument: 'other'" in str(result["stderr"])


async def test_a_missing_key_of_the_configuration_says_where_it_belongs(
    run: Run, tmp_path: Path
) -> None:
    body = """
        def __init__(self, config):
            super().__init__(config)
        def run(self):
            return self.config['missing']
        """
    _, result = await run(python_call(tmp_path, body))
    assert str(result["stderr"]).endswith(
        'ValueError: Config for pack "demo" is missing key "missing": add it to configs/demo.yaml\n'
    )


async def test_the_first_class_by_name_that_is_defined_there_runs(run: Run, tmp_path: Path) -> None:
    body = IMPORT + textwrap.dedent("""
        from base import Base
        class Zulu(Base):
            def run(self):
                return "zulu"
        class Helper:
            def run(self):
                return "helper"
        class Abstract(Action):
            pass
        class Mike(Base):
            pass
        """)
    base = IMPORT + "class Base(Action):\n    def run(self):\n        return type(self).__name__\n"
    _, result = await run(python_call(tmp_path, body, files={"lib/base.py": base}))
    assert result["result"] == "Mike"


async def test_a_class_that_derives_from_nothing_runs_where_it_is_alone(
    run: Run, tmp_path: Path
) -> None:
    body = "# no Action\nclass Act:\n    def __init__(self, config, action_service): pass\n"
    _, result = await run(python_call(tmp_path, body + "    def run(self): return 1"))
    assert result["result"] == 1


async def test_a_module_without_a_class_says_so(run: Run, tmp_path: Path) -> None:
    status, result = await run(python_call(tmp_path, IMPORT))
    assert (status, result["exit_code"]) == (Status.FAILED, 1)
    assert "no class in this file derives from st2common" in str(result["stderr"])


async def test_code_that_does_not_compile_is_shown(run: Run, tmp_path: Path) -> None:
    status, result = await run(python_call(tmp_path, "def run(self):\n    print 'two'"))
    assert status is Status.FAILED
    assert "act.py" in str(result["stderr"])
    assert "SyntaxError" in str(result["stderr"])


async def test_modules_of_the_pack_are_importable(run: Run, tmp_path: Path) -> None:
    files = {
        "lib/inner.py": "NAME = 'actions/lib'",
        "lib/__init__.py": "",
        "beside.py": "NAME = 'actions'",
        "../lib/outer.py": "NAME = 'lib'",
    }
    body = """
        def run(self):
            import beside, inner, outer
            from lib import inner as same
            return [beside.NAME, inner.NAME, outer.NAME, same.NAME]
        """
    _, result = await run(python_call(tmp_path, body, files=files))
    assert result["result"] == ["actions", "actions/lib", "lib", "actions/lib"]


async def test_an_action_may_have_the_name_of_a_module_it_imports(run: Run, tmp_path: Path) -> None:
    body = "    def run(self):\n        import json\n        return json.dumps([])"
    pack = write_pack(tmp_path, {"json.py": CLASS + body})
    call = make_call(make_action("python-script", pack=pack, entry_point="json.py"))
    assert (await run(call))[1]["result"] == "[]"


async def test_an_entry_point_in_a_folder_finds_its_neighbours_and_the_actions(
    run: Run,
    tmp_path: Path,
) -> None:
    body = (
        CLASS
        + "    def run(self):\n        import beside, above\n        return [beside.X, above.X]"
    )
    files = {"sub/act.py": body, "sub/beside.py": "X = 1", "above.py": "X = 2"}
    call = make_call(
        make_action("python-script", pack=write_pack(tmp_path, files), entry_point="sub/act.py")
    )
    assert (await run(call))[1]["result"] == [1, 2]


@pytest.mark.parametrize(
    ("module", "hint"),
    [
        pytest.param("st2client.shell", "docs/compatibility.md", id="st2"),
        pytest.param("st2auth", "docs/compatibility.md", id="a whole distribution"),
        pytest.param("no_such_library", "chatops pack setup demo", id="library"),
    ],
)
async def test_a_module_that_is_missing_is_named(
    module: str, hint: str, run: Run, tmp_path: Path
) -> None:
    body = f"def run(self):\n    import {module}"
    status, result = await run(python_call(tmp_path, body))
    assert status is Status.FAILED
    said = {"chatops pack setup demo": f"No module named '{module}'"}
    message = said.get(hint, f"chatops does not provide {module}: see")
    assert f"ModuleNotFoundError: {message}" in str(result["stderr"])
    assert hint in str(result["stderr"])


async def test_the_log_goes_to_standard_error(run: Run, tmp_path: Path) -> None:
    body = """
        def run(self):
            self.logger.debug("small")
            self.logger.info("%s of %d", "one", 2, extra={"name": "any", "message": "key"})
            self.logger.audit("kept")
            return self.logger is self.logger
        """
    _, result = await run(python_call(tmp_path, body, log_level="INFO"))
    assert result["result"] is True
    assert result["stderr"] == (
        "st2.actions.python.Act: INFO     one of 2\nst2.actions.python.Act: AUDIT    kept\n"
    )
    _, result = await run(python_call(tmp_path, body))
    assert "st2.actions.python.Act: DEBUG    small\n" in str(result["stderr"])


async def test_without_a_datastore_an_action_is_told(run: Run, tmp_path: Path) -> None:
    status, result = await run(
        python_call(tmp_path, "def run(self):\n    return self.action_service.get_value('a')")
    )
    assert status is Status.FAILED
    assert "there is no datastore here: the action was started without one" in str(result["stderr"])


async def test_the_time_limit_is_a_status_of_its_own(run: Run, tmp_path: Path) -> None:
    body = "def run(self):\n    import time\n    print('soon')\n    time.sleep(60)"
    status, result = await run(python_call(tmp_path, body, timeout=1))
    assert status is Status.TIMEOUT
    assert result == {
        "result": None,
        "exit_code": -9,
        "stdout": "soon\n",
        "stderr": "",
        "error": "timed out after 1 s; all its processes have been ended",
    }


@pytest.mark.parametrize("printed", ["", "{}", '{"result": 666}', "\\x00", "}{"])
async def test_nothing_printed_can_spoil_the_answer(printed: str, run: Run, tmp_path: Path) -> None:
    body = f"""
        def run(self):
            import os
            print({printed!r})
            os.system("echo [1]")
            return 5
        """
    _, result = await run(python_call(tmp_path, body))
    assert result["result"] == 5


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        pytest.param("b'{'", "could not be read", id="broken"),
        pytest.param("b'[1]'", "could not be read", id="no object"),
        pytest.param("b'[' * 200000", "could not be read", id="nested"),
        pytest.param("b' ' * 40000000", "is larger than 33554432 bytes", id="endless"),
    ],
)
async def test_an_answer_that_the_action_forged_is_refused(
    written: str, complaint: str, run: Run, tmp_path: Path
) -> None:
    body = f"""
        def run(self):
            import os
            for fd in range(3, 4096):
                try:
                    with open(fd, "wb", closefd=False) as pipe:
                        pipe.write({written})
                except OSError:
                    pass
            os._exit(0)
        """
    status, result = await run(python_call(tmp_path, body))
    assert (status, result["result"]) == (Status.FAILED, None)
    assert complaint in str(result["stderr"])


async def test_large_parameters_and_results_arrive_whole(run: Run, tmp_path: Path) -> None:
    text = "ü" * 1_000_000
    call = python_call(tmp_path, "def run(self, a):\n    return a", {"a": text})
    assert (await run(call))[1]["result"] == text


async def test_neither_arguments_nor_environment_hold_what_was_given(
    run: Run, tmp_path: Path
) -> None:
    body = """
        def run(self, password):
            with open("/proc/self/cmdline") as a, open("/proc/self/environ") as b:
                return a.read() + b.read()
        """
    call = python_call(tmp_path, body, {"password": "canary"}, config={"token": "canary"})
    _, result = await run(call)
    assert "canary" not in str(result["result"])
    assert "demo.act" in str(result["result"])


async def test_printing_any_text_works_in_any_locale(run: Run, tmp_path: Path) -> None:
    body = "def run(self):\n    import sys\n    print('ü\\ud800')\n    return sys.argv[1:]"
    _, result = await run(python_call(tmp_path, body, env={"LC_ALL": "de_DE.ISO-8859-1"}))
    assert (result["stdout"], result["result"]) == ("ü\\ud800\n", [])


async def test_the_path_can_not_be_set_from_outside(run: Run, tmp_path: Path) -> None:
    body = """
        def run(self):
            import os, sys
            return ["/canary" in sys.path, os.environ.get("X")]
        """
    _, result = await run(python_call(tmp_path, body, env={"PYTHONPATH": "/canary", "X": "y"}))
    assert result["result"] == [False, "y"]


async def test_the_packs_virtual_environment_is_used_where_there_is_one(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "venvs" / "demo" / "bin"
    folder.mkdir(parents=True)
    home = Path(sys.base_prefix, "bin")
    (folder.parent / "pyvenv.cfg").write_text(f"home = {home}\n")
    (folder / "python").symlink_to(home / "python3")
    body = "def run(self):\n    import os, sys\n    return [sys.prefix, os.environ['PATH']]"
    call = replace(python_call(tmp_path, body), virtualenvs=str(tmp_path / "venvs"))
    _, result = await run(call)
    assert result["result"] == [str(folder.parent), f"{folder}:{os.environ['PATH']}"]
    other = replace(call, virtualenvs=str(tmp_path / "none"))
    assert (await run(other))[1]["result"] == [sys.base_prefix, os.environ["PATH"]]


async def test_without_an_environment_there_is_the_standard_library_alone(
    run: Run, tmp_path: Path
) -> None:
    body = """
        def run(self):
            import importlib.util
            exit
            return [importlib.util.find_spec(name) is None for name in ("yaml", "jinja2", "json")]
        """
    assert (await run(python_call(tmp_path, body)))[1]["result"] == [True, True, False]


async def test_requirements_without_an_environment_are_refused(run: Run, tmp_path: Path) -> None:
    call = python_call(tmp_path, "def run(self):\n    pass")
    write_pack(tmp_path, {"../requirements.txt": "six\n"})
    assert (await run(call))[0] is Status.SUCCEEDED
    call = replace(call, virtualenvs=str(tmp_path / "venvs"))
    with pytest.raises(RunnerError, match="of the pack 'demo' has not been built") as caught:
        await python_script.run(call)
    assert caught.value.hint == "run 'chatops pack setup demo'"


async def test_a_broken_virtual_environment_is_refused_with_the_reason(tmp_path: Path) -> None:
    python = tmp_path / "demo" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("")
    call = replace(python_call(tmp_path, "def run(self):\n    pass"), virtualenvs=str(tmp_path))
    with pytest.raises(RunnerError, match=r"demo' is broken: .*/demo/pyvenv.cfg is missing"):
        await python_script.run(call)
    (tmp_path / "demo" / "pyvenv.cfg").write_text("")
    with pytest.raises(RunnerError, match="no permission to execute it"):
        await python_script.run(call)


async def test_without_an_interpreter_nothing_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(RunnerError, match="does not know its Python interpreter"):
        await python_script.run(python_call(tmp_path, "def run(self):\n    pass"))


async def test_mappings_that_are_no_dicts_are_handed_over(run: Run, tmp_path: Path) -> None:
    body = "def run(self, a):\n    return [a, self.config['c']]"
    call = python_call(
        tmp_path,
        body,
        MappingProxyType({"a": [None]}),
        config=MappingProxyType({"c": {"k": "v"}}),
    )
    assert (await run(call))[1]["result"] == [[None], {"k": "v"}]


async def test_what_chatops_refuses_is_shown_at_the_action_s_own_line(
    run: Run, tmp_path: Path
) -> None:
    """So does it stand in the room: which line asked for what."""
    body = """
        def run(self):
            from st2client.client import Client
            Client().rules.get_all()
    """
    _, result = await run(python_call(tmp_path, body))
    lines = str(result["stderr"]).splitlines()
    assert lines[-1] == (
        "chatops.NotProvidedError: chatops does not provide st2client's client.rules: "
        "see 'What packs import' in docs/compatibility.md"
    )
    assert [line for line in lines if "File" in line] == [
        line for line in lines if str(tmp_path) in line
    ]
    assert result["exit_code"] == 1
