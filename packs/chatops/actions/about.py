"""``chatops.about``: what runs here."""

import platform
from importlib import metadata

from st2common.runners.base_action import Action

DISTRIBUTION = "chatops-cli"


class AboutAction(Action):
    def run(self):
        return {
            "version": _version(),
            "python": platform.python_version(),
            "host": platform.node(),
        }


def _version():
    try:
        return metadata.version(DISTRIBUTION)
    # A pack may be run by an interpreter that has the tool not installed but on its path.
    except metadata.PackageNotFoundError:
        return "unknown"
