"""What the code of a pack without requirements imports all the same.

StackStorm has the libraries of its own server on the path of actions, so packs use some that they
don't ask for. Of 218 public packs 28 import `six` so, 27 `requests`, 11 `yaml`, 6 `urllib3`, which
comes with `requests`; no other is used by more than a few.
"""

import os
import re
from collections.abc import Iterator, Sequence

from chatops_cli.catalog.virtualenvs.requirements import name_of
from chatops_cli.model.problem import Problem
from chatops_cli.reading.file import read_file

_MODULES = {
    "jinja2": ("jinja2", "st2common.util.jinja"),
    "pyyaml": ("yaml", "st2common.util.pack"),
    "requests": ("requests", "urllib3"),
    "setuptools": ("setuptools", "pkg_resources"),
    "python-dateutil": ("dateutil",),
    "beautifulsoup4": ("bs4",),
}
"""Modules of packages that aren't named as the package is, and StackStorm's that need them."""

_FOLDERS = ("actions", "lib", "sensors", "tests")
_MOST_FILES = 10_000


def imports_base(pack: str, base: Sequence[str]) -> bool:
    """Whether code of the pack in that folder imports what every environment holds."""
    modules = sorted({module for requirement in base for module in _modules_of(requirement)})
    if not modules:
        return False
    names = "|".join(map(re.escape, modules))
    # As well: from st2common.util import jinja
    inner = "".join(
        rf"|from[ \t]+{re.escape(parent)}[ \t]+import[ \t(]+(?:\w+[ \t]*,[ \t]*)*{name}\b"
        for parent, _, name in (module.rpartition(".") for module in modules)
        if parent
    )
    outer = rf"(?:from[ \t]+|import[ \t]+(?:[\w.]+[ \t]*,[ \t]*)*)(?:{names})\b"
    importing = re.compile(rf"^[ \t]*(?:{outer}{inner})".encode(), re.MULTILINE)
    return any(importing.search(content) for content in _code(pack))


def _modules_of(requirement: str) -> tuple[str, ...]:
    name = name_of(requirement)
    return _MODULES.get(name, (name.replace("-", "_"),) if name else ())


def _code(pack: str) -> Iterator[bytes]:
    """The content of the pack's Python files; its tests need libraries, too."""
    seen = 0
    for folder in _FOLDERS:
        for path, folders, files in os.walk(f"{pack}/{folder}"):
            folders[:] = [name for name in folders if not name.startswith((".", "__"))]
            for name in files:
                if not name.endswith(".py"):
                    continue
                seen += 1
                if seen > _MOST_FILES:
                    return
                content = read_file(f"{path}/{name}", file=name)
                if not isinstance(content, Problem):
                    yield content
