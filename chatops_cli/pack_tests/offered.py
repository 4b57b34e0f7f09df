"""pytest, for interpreters that have none: its modules, where this program has them.

A pack's environment holds what the pack requires, and need not hold pytest. Its interpreter is told
the folder of each of these modules and finds nothing else there, so that a library which the pack
forgot to require stays missing. The pack's own pytest goes before ours.
"""

import importlib.util
from pathlib import Path

MODULES = (
    *("pytest", "_pytest", "py", "pluggy", "iniconfig", "packaging", "pygments"),
    *("exceptiongroup", "tomli", "typing_extensions"),  # before Python 3.11
)


def offered_modules() -> dict[str, str]:
    """The folder that each of pytest's modules stands in, where it is installed."""
    found = {}
    for name in MODULES:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            parent = Path(spec.origin).parent
            found[name] = str(parent.parent if spec.submodule_search_locations else parent)
    return found
