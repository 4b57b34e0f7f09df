"""The settings as data, complete and valid."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.model.access import AccessPolicy
from chatops_cli.model.frozen import frozen

if TYPE_CHECKING:
    from chatops_cli.model.hook import Hook
    from chatops_cli.model.policy import Policy
    from chatops_cli.model.rate import RateLimit
    from chatops_cli.model.route import Route
    from chatops_cli.settings.bridge import Bridge
    from chatops_cli.settings.checks import Checks
    from chatops_cli.settings.engine import EngineSettings
    from chatops_cli.settings.telemetry import Telemetry

OUTPUT_LIMIT = 1024 * 1024
AUDIT_FILE_LIMIT = 64 * 1024 * 1024
INSTALLERS = ("pip", "uv")
BASE = ("six", "requests", "pyyaml", "jinja2", "setuptools<81")
"""What packs use and don't ask for, as StackStorm's own libraries are on the path there.

jinja2 for `st2common.util.jinja`; setuptools before 81 for `pkg_resources`, which older libraries
import.
"""
EXCHANGE = "https://index.stackstorm.org/v1/index.json"
"""The index of StackStorm Exchange. Source: StackStorm, ``content.index_url``."""


@frozen
class Settings:
    """All settings, complete and valid.

    `file` is None on embedded defaults. `roots` are the folders with packs, the user's before the
    bundled one. Limits are bytes. `open_parameters` maps an action's reference to the names that
    chat may set by key=value beyond the declared ones. `key_file` is that of the datastore, None
    where it lies beside it. `environment` names variables that actions see, `config_environment`
    those that packs' configurations may read. `policies` hold beside those of packs; their
    `action_ref` is a pattern with ``*`` and ``?``. `virtualenv_base` are requirements of every
    pack's virtual environment, `virtualenv_installer` is one of `INSTALLERS`. `python_warm`
    says whether Python actions are forked from a worker of their pack, `python_cold` names the
    packs where they are not. `routes` are where notifications of a name are taken, `hooks` what
    other programs may ask of the bridge. `checks` is what
    `chatops validate` goes by. `indexes` are
    absolute paths and URLs of lists of packs. `rates` limit how often something is run. `choice`
    holds variables of the environment by which another process of this program takes these
    settings. `bridge` says which networks there are,
    None where nothing is said. `engine` says with which engine the bridge runs actions, None where
    nothing is said, `telemetry` where traces are sent.
    """

    home: Path
    roots: tuple[Path, ...]
    file: Path | None = None
    configs: Path | None = None
    is_strict: bool = False
    bot_name: str = "chatops"
    bot_prefix: str = "!"
    web_url: str = ""
    access: AccessPolicy = field(default_factory=AccessPolicy)
    open_parameters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    environment: tuple[str, ...] = ()
    config_environment: tuple[str, ...] = ()
    key_file: Path | None = None
    policies: "tuple[Policy, ...]" = ()
    virtualenv_base: tuple[str, ...] = BASE
    virtualenv_installer: str = "pip"
    python_warm: bool = True
    python_cold: tuple[str, ...] = ()
    routes: "Mapping[str, Route]" = field(default_factory=dict)
    hooks: "Mapping[str, Hook]" = field(default_factory=dict)
    checks: "Checks | None" = None
    output_limit: int = OUTPUT_LIMIT
    audit_file_limit: int = AUDIT_FILE_LIMIT
    indexes: tuple[str, ...] = (EXCHANGE,)
    rates: "tuple[RateLimit, ...]" = ()
    choice: Mapping[str, str] = field(default_factory=dict)
    bridge: "Bridge | None" = None
    engine: "EngineSettings | None" = None
    telemetry: "Telemetry | None" = None

    @property
    def config_folder(self) -> Path:
        """The folder of packs' site configurations: `configs`, or else one in the state folder."""
        return self.configs if self.configs is not None else self.home / "configs"

    @property
    def virtualenvs(self) -> Path:
        """The folder with a virtual environment for each pack that has one, by its ref."""
        return self.home / "virtualenvs"

    @property
    def installed_packs(self) -> Path:
        """The folder for installed packs that have no other place; a root where it is there."""
        return self.home / "packs"
