"""What these tests share: the packs that come with the program are read once a process."""

import os
import shutil
from pathlib import Path

import pytest

from tests.support.cli import invoke


@pytest.fixture(scope="session")
def bundled_packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache after a check of nothing but them."""
    home = tmp_path_factory.mktemp("bundled")
    (home / "packs").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        for name in [name for name in os.environ if name.startswith("CHATOPS_")]:
            patch.delenv(name)
        patch.setenv("CHATOPS_HOME", str(home))
        patch.setenv("XDG_CONFIG_HOME", str(home))
        result = invoke("validate", str(home / "packs"), "--select", "CHK")
    assert result.exit_code == 0, result.stderr
    return home / "cache.db"


@pytest.fixture(autouse=True)
def _warm(isolated: Path, bundled_packs: Path) -> None:
    """Each test begins with it: what is read anew are the packs that the test is about."""
    del isolated
    home = Path(os.environ["CHATOPS_HOME"])
    home.mkdir(mode=0o700)
    shutil.copyfile(bundled_packs, home / "cache.db")
