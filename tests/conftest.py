"""Every test starts in an empty folder, with its own state folder and no settings around it."""

import itertools
import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says more of the machine than of the program. In CI the examples are the
# same each time: a change is refused for what it did, and new examples are looked for at a desk.
settings.register_profile("chatops", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("chatops")

_numbers = itertools.count(1)

# A shell that starts the tests in the background has them ignore Ctrl-C, and all that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def new_folder(factory: pytest.TempPathFactory, kind: str) -> Path:
    """A new one. pytest's own look through all that there are, for each: seconds in thousands."""
    folder = factory.getbasetemp() / kind / str(next(_numbers))
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def tmp_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The test's own folder."""
    return new_folder(tmp_path_factory, "test")


@pytest.fixture(autouse=True)
def isolated(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test's working folder; what the developer has set in the environment doesn't show."""
    folder = new_folder(tmp_path_factory, "isolated")
    work = folder / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    for name in tuple(os.environ):
        if name.startswith(("CHATOPS_", "COLUMNS")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CHATOPS_HOME", str(folder / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    monkeypatch.setenv("NO_COLOR", "1")
    return work
