"""Runners by name: built in, old names, and those of other distributions."""

from pathlib import Path

import pytest

from chatops_cli.errors import RunnerError
from chatops_cli.model.execution import Status
from chatops_cli.model.runner import BUILT_IN, LEGACY_NAMES, RETIRED
from chatops_cli.runners import extra, local_shell_cmd, noop, python_script, registry
from chatops_cli.runners.registry import (
    find_conflicts,
    find_runner,
    installed_runners,
    runner_parameters,
)
from tests.support.calls import make_action, make_call

RUNNER = "PARAMETERS = {}\nasync def run(call): ...\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for distributions."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


def install(site: Path, distribution: str, module: str, text: str, *names: str) -> None:
    """A distribution with one module that offers these runner types."""
    (site / f"{module}.py").write_text(text)
    info = site / f"{distribution.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
    lines = "".join(f"{name} = {module}\n" for name in names)
    (info / "entry_points.txt").write_text(f"[chatops.runners]\n{lines}")


def test_the_table_and_the_model_name_the_same_runners() -> None:
    assert tuple(registry.MODULES) == BUILT_IN


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_built_in_runner_is_found(name: str) -> None:
    assert callable(find_runner(name).run)
    assert runner_parameters(name) is find_runner(name).PARAMETERS


def test_old_names_and_spellings_are_known() -> None:
    assert find_runner("run-python") is python_script
    assert find_runner("run-local") is local_shell_cmd
    assert find_runner("local_shell_cmd") is local_shell_cmd
    assert {registry.current_name(old) for old in LEGACY_NAMES} <= {*BUILT_IN}


async def test_noop_does_nothing_with_success() -> None:
    outcome = await noop.run(make_call(make_action("noop")))
    assert (outcome.status, outcome.result) == (Status.SUCCEEDED, {})


def test_a_runner_of_another_distribution_is_found_and_listed(site: Path) -> None:
    install(site, "chatops-docker", "docker_runner_of_test", RUNNER, "docker")
    assert find_runner("docker").PARAMETERS == {}
    assert installed_runners() == tuple(sorted(("docker", *BUILT_IN)))
    assert find_conflicts() == ()


def test_a_name_offered_twice_is_refused_naming_both(site: Path) -> None:
    install(site, "second-docker", "docker_b_of_test", RUNNER, "docker")
    install(site, "first-docker", "docker_a_of_test", RUNNER, "docker")
    with pytest.raises(RunnerError) as caught:
        find_runner("docker")
    assert caught.value.message == (
        "the runner 'docker' is offered by first-docker and second-docker: "
        "it is not known which is meant"
    )
    assert caught.value.hint == "uninstall all but one of them"
    assert find_conflicts() == (
        "the runner 'docker' is offered by first-docker and second-docker; none of them is used",
    )


def test_nobody_takes_the_name_of_a_built_in_runner(site: Path) -> None:
    install(site, "evil", "evil_of_test", RUNNER, "local-shell-cmd")
    assert find_runner("local-shell-cmd") is local_shell_cmd
    assert find_conflicts() == (
        "the runner 'local-shell-cmd' is built in (chatops-cli); not used: evil",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1 / 0", "can't be loaded: ZeroDivisionError: division by zero", id="raises"),
        pytest.param("import no_such_x", "can't be loaded: ModuleNotFoundError", id="import"),
        pytest.param("PARAMETERS = {}", "is no runner: it needs PARAMETERS and", id="no run"),
        pytest.param("def run(call): ...", "is no runner: it needs", id="no parameters"),
    ],
)
def test_a_runner_that_is_broken_is_named(
    text: str, expected: str, site: Path, request: pytest.FixtureRequest
) -> None:
    module = f"broken_{request.node.callspec.id.replace(' ', '_')}_of_test"
    install(site, "broken-one", module, text, "broken")
    with pytest.raises(RunnerError, match=f"the runner 'broken' of broken-one {expected}"):
        find_runner("broken")


@pytest.mark.parametrize("name", RETIRED)
def test_a_runner_that_is_gone_has_a_way_on(name: str) -> None:
    with pytest.raises(RunnerError) as caught:
        find_runner(name)
    assert caught.value.message == f"StackStorm has removed the runner '{name}'"
    assert caught.value.hint == RETIRED[name]


@pytest.mark.parametrize("name", ["docker", ""])
def test_an_unknown_runner_lists_those_there_are(name: str) -> None:
    with pytest.raises(RunnerError) as caught:
        find_runner(name)
    assert caught.value.message == (f"no runner named '{name}'; installed: {', '.join(BUILT_IN)}")
    assert (
        caught.value.hint == "correct runner_type, or install the package that brings this runner"
    )


def test_a_runner_that_lacks_its_package_is_listed_with_what_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(extra, "find_spec", lambda name: None if name == "pypsrp" else name)
    with pytest.raises(RunnerError) as caught:
        find_runner("docker")
    assert caught.value.message.endswith(
        "remote-shell-script, winrm-cmd (needs chatops-cli[winrm]), winrm-ps-cmd (needs "
        "chatops-cli[winrm]), winrm-ps-script (needs chatops-cli[winrm])"
    )


@pytest.mark.parametrize("runner", extra.EXTRAS)
async def test_a_runner_without_its_package_says_how_to_get_it(
    runner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extra, "find_spec", lambda _: None)
    name, package = extra.EXTRAS[runner]
    with pytest.raises(RunnerError) as caught:
        await find_runner(runner).run(make_call(make_action(runner)))
    assert caught.value.message == (
        f"the runner {runner} needs the package {package}, which is not installed"
    )
    assert caught.value.hint == f"pip install 'chatops-cli[{name}]'"
