"""Runs the tests of one pack by pytest, in this process, as the program that started it asks.

The request comes by stdin, as JSON: `folder` (of the pack), `arguments` (of pytest), `offered`
(module names to the folder they stand in, for what this interpreter has not got). What was found
is told on the line of `st2tests._host`.

Source: StackStorm, `st2-run-pack-tests`, order of the path.
"""

import importlib.machinery
import importlib.util
import json
import os
import sys

import _chatops_missing
from st2common.runners.python_action import Line
from st2tests._host import Host

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from importlib.metadata import Distribution, DistributionFinder
    from types import ModuleType
    from typing import Any

BEFORE = (".", "lib")
AFTER = ("sensors", "actions", "actions/lib", "etc")
"""Folders of the pack on the path, before and after this one."""

RENAMED = {"mock": "unittest.mock", "unittest2": "unittest"}
"""Libraries that have become modules of Python, by their own names."""


class Offered:
    """Finds modules of another interpreter's folder, where this one has none of the name.

    It is asked last. Nothing else of that folder can be imported: what a pack needs is to be among
    its own requirements.
    """

    def __init__(self, folders: "dict[str, str]") -> None:
        self._folders = folders

    def find_spec(
        self, name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        """The module's spec, None for what is not offered."""
        if path is not None or name not in self._folders:
            return None
        return importlib.machinery.PathFinder.find_spec(name, [self._folders[name]])

    def find_distributions(self, context: "DistributionFinder.Context") -> "Iterator[Distribution]":
        """What is known of these libraries, by name alone: pytest asks for versions."""
        from importlib.metadata import DistributionFinder, MetadataPathFinder

        folder = self._folders.get((context.name or "").lower())
        if folder is not None:
            found = DistributionFinder.Context(name=context.name, path=[folder])
            yield from MetadataPathFinder.find_distributions(found)


class Witness:
    """A plugin of pytest: tells how many tests ended how, and which modules were missing."""

    def __init__(self, required: "Sequence[str]") -> None:
        self._required = required
        self._missing: "set[str]" = set()

    def pytest_collection_modifyitems(self) -> "Iterator[None]":
        """Tests are selected: whether pytest can read the expression. Wraps what others do."""
        outcome: "Any" = yield
        if outcome.excinfo is not None and outcome.excinfo[0].__name__ == "UsageError":
            Host.ask(do="misuse", why=str(outcome.excinfo[1]))

    def pytest_exception_interact(self, call: "Any") -> None:
        """A test or a file failed: whether a module was missing, and which."""
        error, seen = call.excinfo.value, set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            if isinstance(error, ModuleNotFoundError) and error.name:
                self._missing.add(error.name)
            error = error.__cause__ or error.__context__

    def pytest_terminal_summary(self, terminalreporter: "Any") -> None:
        """All tests have ended."""
        stats = terminalreporter.stats
        counts = {kind: len(stats.get(kind, ())) for kind in KINDS}
        bad = [report.nodeid for kind in ("failed", "error") for report in stats.get(kind, ())]
        absent = list(filter(_is_absent, self._required)) if bad else []
        missing = sorted(self._missing)
        Host.ask(do="tell", counts=counts, bad=bad, missing=missing, absent=absent)


KINDS = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")


def main() -> None:
    """Reads the request, runs the tests, leaves with pytest's exit code."""
    Host.open()
    Line.open(Host.number)  # what code of actions asks of this program is asked on the same line
    with os.fdopen(0, "rb", closefd=False) as stdin:
        request = json.loads(stdin.read())
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    sys.meta_path.append(Offered(request["offered"]))
    _chatops_missing.install(sys.meta_path)
    try:
        import pytest
    except ImportError as error:
        Host.ask(do="refuse", why=str(error))
        sys.exit(1)
    pytest.hookimpl(hookwrapper=True)(Witness.pytest_collection_modifyitems)
    _rename()
    folder = request["folder"]
    here = sys.path[0]
    sys.path[:1] = [*_present(folder, BEFORE), here, *_present(folder, AFTER)]
    sys.argv = ["pytest"]
    sys.exit(pytest.main(request["arguments"], plugins=[Witness(request["required"])]))


def _is_absent(package: str) -> bool:
    from importlib import metadata

    try:
        metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return True
    return False


def _present(folder: str, names: "Sequence[str]") -> "list[str]":
    paths = (os.path.normpath(os.path.join(folder, name)) for name in names)
    return [path for path in paths if os.path.isdir(path)]


def _rename() -> None:
    for old, new in RENAMED.items():
        if importlib.util.find_spec(old) is None:
            sys.modules[old] = importlib.import_module(new)


if __name__ == "__main__":
    main()
