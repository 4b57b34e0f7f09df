"""Which settings hold, and how mistakes in them are told."""

import os
from pathlib import Path

import pytest

from chatops_cli.errors import SettingsError
from chatops_cli.model.access import Effect
from chatops_cli.model.policy import ConcurrencyPolicy, RetryPolicy
from chatops_cli.settings.load import bundled_packs, default_home, load_settings


def write(folder: Path, text: str) -> Path:
    file = folder / "chatops.yaml"
    file.write_text(text)
    return file


def test_embedded_defaults(isolated: Path) -> None:
    """Without a file the bundled packs are loaded and the terminal may do everything."""
    settings = load_settings(folder=isolated)
    assert settings.file is None
    assert settings.roots == (bundled_packs(),)
    assert settings.home == default_home()
    assert settings.access.local is Effect.ALLOW


def test_the_nearest_file_holds(isolated: Path) -> None:
    """A file above the working folder is found; its paths are relative to it."""
    (isolated / "packs").mkdir()
    file = write(isolated, "packs: packs\nhome: state\nconfigs: site\nbundled: false\n")
    below = isolated / "a" / "b"
    below.mkdir(parents=True)
    settings = load_settings(folder=below)
    assert settings.file == file
    assert settings.roots == (isolated / "packs",)
    assert settings.home == isolated / "state"
    assert settings.configs == isolated / "site"


def test_the_users_own_file(isolated: Path) -> None:
    """Where no project file is, the one in the configuration folder holds."""
    folder = isolated.parent / "config" / "chatops"
    folder.mkdir(parents=True)
    file = write(folder, "bot: {name: marvin}\n")
    settings = load_settings(folder=isolated)
    assert (settings.file, settings.bot_name, settings.bot_prefix) == (file, "marvin", "!")


def test_options_beat_the_file(isolated: Path) -> None:
    """`--packs` and `--home` stand in for what the file says; bundled packs stay."""
    write(isolated, "packs: [nowhere]\nhome: state\n")
    (isolated / "mine").mkdir()
    settings = load_settings(folder=isolated, packs=("mine",), home=Path("elsewhere"))
    assert settings.roots == (isolated / "mine", bundled_packs())
    assert settings.home == isolated / "elsewhere"


def test_an_empty_file_says_nothing(isolated: Path) -> None:
    """A file of comments is as good as none."""
    write(isolated, "# nothing yet\n")
    assert load_settings(folder=isolated).roots == (bundled_packs(),)


def test_everything_at_once(isolated: Path) -> None:
    """Each key arrives where it belongs."""
    write(
        isolated,
        """\
compat: strict
web_url: https://chat.example.com/
environment: [HTTPS_PROXY]
open_parameters: {core.local: timeout}
limits: {output: 2048, audit_file: 8192}
python: {warm: false, cold: [demo]}
access:
  local: deny
  roles: {ops: ["local:al*"]}
  rules:
    - {name: ops, effect: allow, who: ["@ops"], actions: [linux.*], rooms: ["#ops"]}
    - {effect: deny, who: ["local:bob"], aliases: [chatops.*]}
""",
    )
    settings = load_settings(folder=isolated)
    assert settings.is_strict
    assert settings.web_url == "https://chat.example.com"
    assert settings.environment == ("HTTPS_PROXY",)
    assert settings.open_parameters == {"core.local": frozenset({"timeout"})}
    assert (settings.output_limit, settings.audit_file_limit) == (2048, 8192)
    first, second = settings.access.rules
    assert (first.name, first.effect, first.actions) == ("ops", Effect.ALLOW, ("linux.*",))
    assert (second.name, second.place.line) == ("access.rules[2]", 12)
    assert (settings.python_warm, settings.python_cold) == (False, ("demo",))
    assert settings.access.roles == {"ops": ("local:al*",)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("pack: [x]\n", "1:1: error[unknown-key] the key 'pack'", id="unknown key"),
        pytest.param("compat: lenient\n", "1:9: error[", id="unknown choice"),
        pytest.param("bundled: maybe\n", "1:10: error[", id="wrong type"),
        pytest.param("bot: x\n", "1:6: error[", id="not a mapping"),
        pytest.param("limits: {output: 1}\n", "1:18: error[", id="out of bounds"),
        pytest.param("a: [\n", "error[", id="not YAML"),
        pytest.param(
            "access: {rules: [{effect: allow, who: [alice]}]}\n",
            "error[not-a-principal] 'alice' is neither a principal nor a role "
            "(write a principal such as local:alice, or a role: @alice)",
            id="a name in a rule",
        ),
        pytest.param(
            "access: {rules: [{effect: deny, who: ['@ops']}]}\n",
            "error[unknown-role] the role @ops of rule access.rules[1] is not in access.roles",
            id="unknown role",
        ),
        pytest.param(
            "access: {rules: [{who: ['*']}]}\n",
            "error[missing-key] the rule says no effect (write allow or deny)",
            id="a rule without effect",
        ),
    ],
)
def test_mistakes_are_named_with_their_place(isolated: Path, text: str, message: str) -> None:
    """A wrong settings file stops the start, with file, line and column."""
    file = write(isolated, text)
    with pytest.raises(SettingsError) as caught:
        load_settings(folder=isolated)
    assert str(file) in caught.value.message
    assert message in caught.value.message


def test_all_mistakes_are_named(isolated: Path) -> None:
    """One run tells them all."""
    write(isolated, "compat: no\nbundled: 7\nnope: 1\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(folder=isolated)
    assert len(caught.value.message.splitlines()) == 3


def test_a_named_file_that_is_not_there(isolated: Path) -> None:
    """`--config` of a missing file is an error, not the defaults."""
    with pytest.raises(SettingsError, match=r"nope\.yaml: error\[unreadable\] cannot be read"):
        load_settings(config=Path("nope.yaml"), folder=isolated)


def test_a_missing_root(isolated: Path) -> None:
    """A folder with packs that isn't there is named."""
    with pytest.raises(SettingsError, match=r"the folder with packs .*gone does not exist"):
        load_settings(folder=isolated, packs=("gone",))
    (isolated / "file").touch()
    with pytest.raises(SettingsError, match=r"the folder with packs .*file is no folder"):
        load_settings(folder=isolated, packs=("file",))


def test_settings_that_cannot_be_looked_for_are_told(
    isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home of somebody else: what the settings there say of access may not be passed over."""
    monkeypatch.setenv("XDG_CONFIG_HOME", "x" * 300)
    with pytest.raises(SettingsError, match=r"chatops\.yaml can't be looked for: File name too"):
        load_settings(folder=isolated)


def test_a_state_folder_that_cannot_be_looked_into_is_told(isolated: Path) -> None:
    """As that of somebody else is, where HOME was handed on."""
    with pytest.raises(SettingsError, match=r"packs can't be looked into: File name too") as told:
        load_settings(folder=isolated, home=Path("x" * 300))
    assert told.value.hint == "name a state folder of yours: --home FOLDER, or CHATOPS_HOME"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_not_read(isolated: Path) -> None:
    """Who writes the settings decides what is run: a stranger's file above must not count."""
    file = write(isolated, "bundled: false\n")
    os.chown(file, 4321, 4321)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.getuid", lambda: 1000)
        with pytest.raises(SettingsError, match="belongs to another user"):
            load_settings(folder=isolated)
        assert load_settings(folder=isolated, config=file).roots == ()


def test_policies_of_the_site(isolated: Path) -> None:
    """They hold for actions by pattern, and are called by name or number."""
    write(
        isolated,
        "policies:\n"
        "- {name: one, action: 'net.*', type: action.concurrency, parameters: {threshold: 2}}\n"
        "- {action: a.b, type: action.retry, parameters: {retry_on: failure, delay: 3}}\n",
    )
    one, two = load_settings(folder=isolated).policies
    assert isinstance(one, ConcurrencyPolicy)
    assert (one.ref, one.action_ref, one.threshold) == ("one", "net.*", 2)
    assert isinstance(two, RetryPolicy)
    assert (two.ref, two.action_ref, two.delay) == ("policies[2]", "a.b", 3.0)


def test_a_mistake_in_a_policy_stops_the_start(isolated: Path) -> None:
    write(isolated, "policies:\n- {type: action.retry, parameters: {retry_on: error}, if: 1}\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(folder=isolated)
    assert [line.split("]")[0].split("[")[1] for line in str(caught.value).splitlines()] == [
        "missing-key",
        "unknown-value",
        "unknown-key",
    ]


@pytest.mark.parametrize(
    ("said", "is_warm"),
    [("", False), ("1", True), ("Yes", True), ("on", True), ("0", False), ("off", False)],
)
def test_the_environment_decides_about_workers_before_the_file_does(
    isolated: Path, monkeypatch: pytest.MonkeyPatch, said: str, *, is_warm: bool
) -> None:
    """An empty variable says nothing."""
    write(isolated, "python: {warm: no}\n")
    monkeypatch.setenv("CHATOPS_PYTHON_WARM", said)
    assert load_settings(folder=isolated).python_warm is is_warm


def test_what_the_environment_says_must_be_yes_or_no(
    isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who wants no workers has a reason."""
    monkeypatch.setenv("CHATOPS_PYTHON_WARM", "nope")
    with pytest.raises(SettingsError, match="CHATOPS_PYTHON_WARM is 'nope'") as caught:
        load_settings(folder=isolated)
    assert caught.value.hint == "use one of 1, true, yes, on, 0, false, no, off"
