"""Tries public packs, and writes what came of it: docs/public-packs.md.

Every pack below a folder is read; messages are made of each format of its aliases and matched
with its table; each of its actions is bound to values of the declared types; the calls that
public_packs_calls.yaml has for it are made, and its tests are run, in the virtual environment that
it has in the state folder (`chatops pack setup`).

    python docs/generate_public_packs.py FOLDER [--home STATE] [--output FILE]
                                         [--calls FILE] [--keep-tests]

With --keep-tests no tests are run: what the page says of them stays.
"""

import argparse
import asyncio
import os
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, assert_never

from public_packs_calls import CALLS, Ran, read_calls, run_calls

from chatops_cli.aliases.characters import Ranges
from chatops_cli.aliases.format_error import FormatError
from chatops_cli.aliases.outcome import Matched
from chatops_cli.aliases.preparation import read
from chatops_cli.aliases.table import AliasTable, build_table
from chatops_cli.aliases.tree import (
    Capture,
    Chars,
    Choice,
    Edge,
    Node,
    Placeholder,
    Repeat,
    Sequence,
    Text,
    Value,
)
from chatops_cli.catalog.catalog import Catalog, open_catalog
from chatops_cli.errors import ChatOpsError, RunnerError
from chatops_cli.execution.parameters import Binder
from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.alias import Alias
from chatops_cli.model.json import Json
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Problem, Severity
from chatops_cli.pack_tests.run import Wanted
from chatops_cli.pack_tests.selection import Selection, select
from chatops_cli.pack_tests.side_by_side import Task, run_side_by_side
from chatops_cli.pack_tests.verdict import Ending, Verdict
from chatops_cli.rendering.templates import Templates
from chatops_cli.runners.registry import find_runner

LIMIT = 300.0
"""Seconds for the tests of one pack."""

TYPED: Mapping[str | None, Json] = {
    "array": "a,b",
    "boolean": "true",
    "integer": "1",
    "number": "1.5",
    "object": '{"a": 1}',
    "string": "x",
}
"""What somebody types for a parameter of this type."""

WHY: Mapping[str, str] = {
    "aws": "its library fails on Python 3.10 and later",
    "cloudflare": "its library is pinned to an address and has changed since",
    "core": "one file uses fixtures of StackStorm's own tests",
    "errors": "the tests are for another state of its code",
    "foreman": "its library can't be built any more",
    "git": "clones a repository from the network",
    "linux": "needs the program `dig`",
    "mssql": "its library is one of Python 2",
    "open_nebula": "the tests are for another state of its code",
    "packs": "three files test StackStorm's own database and installer",
    "prtg": "`xmltodict` is not among its requirements",
    "sharepoint": "the tests are for another state of its code",
    "stackstorm_openstack": "its library `openstackquery` is at an address only",
    "vault": "imports a module that the pack does not hold",
    "vdx": "its code is Python 2 (`unicode`)",
    "vsphere": "its library has changed since",
    "zabbix": "one file tests a command-line program built on `st2client.base`",
}
"""Why tests fail, as far as somebody has looked; the file of results can't say it."""

HEAD = """# Public packs

Written by `docs/generate_public_packs.py` from public revisions of the packs of
StackStorm-Exchange, of the packs that come with StackStorm (`contrib/`), and of some others:
{packs} packs. It can be run over any folder of packs.

- **Loads**: how many actions and aliases there are, and which [problems](problems.md) the pack's
  own files have.
- **Aliases match**: messages made of each format, with and without its optional parts, mean that
  alias, alone among the pack's.
- **Actions bind**: values of the declared types are accepted for what an action requires.
- **Calls run**: actions and messages that need nothing but this machine, run as a person would, by
  `chatops action run` and `chatops run`, and what came of each compared with what should
  ([which](public_packs_calls.yaml)); where no network is, and HTTP services are played by a server
  on 127.0.0.1. [Below](#calls-that-did-something-else) is what did something else.
- **Tests pass**: the pack's own suite, by `chatops test`, in an environment of its requirements and
  of its `requirements-tests.txt`, and with `eventlet`, `python-dateutil` and `pytz` among
  `virtualenvs.base` of the [settings](settings.md): StackStorm's own environment has them. What
  is required from an address on GitHub was taken from the package index, where it is there.

| | |
|---|---|
"""


class Row(NamedTuple):
    """What came of one pack."""

    loads: str
    aliases: str
    actions: str
    calls: str
    tests: str


class Found(NamedTuple):
    """What was tried of a kind, and how much of it did as it should."""

    good: int
    tried: int

    def __str__(self) -> str:
        if not self.tried:
            return "-"
        return str(self.tried) if self.good == self.tried else f"{self.good} of {self.tried}"


class Tested(NamedTuple):
    """What came of the packs' own tests: a cell for each pack, and the totals."""

    cells: Mapping[str, str]
    sums: tuple[tuple[str, str], ...]


class Ones:
    """A datastore in which every name has the value 1."""

    def get(self, scope: str, name: str, decrypt: bool) -> str | None:
        del scope, name, decrypt
        return "1"


def main() -> None:
    """Reads, tries, writes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--home", type=Path, default=Path("state"))
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "public-packs.md")
    parser.add_argument("--calls", type=Path, default=CALLS)
    parser.add_argument("--keep-tests", action="store_true")
    given = parser.parse_args()
    home = given.home.absolute()
    catalog = open_catalog([given.folder], cache=None)
    places = {ref: Path(pack.place.file).parent.absolute() for ref, pack in catalog.packs.items()}
    calls = run_calls(read_calls(given.calls), places, home)
    if given.keep_tests:
        tested = read_tests(given.output.read_text(encoding="utf-8"))
    else:
        selection = select((), catalog.packs, home / "virtualenvs", every=True)
        tested = tests_of(asyncio.run(run_tests(selection)))
    tables = {ref: table_of(ref, catalog) for ref in catalog.packs}
    aliases = {ref: match_aliases(table) for ref, table in tables.items()}
    actions = bind_actions(catalog)
    rows = {
        ref: Row(
            loads=loads(pack, catalog, tables[ref].problems),
            aliases=str(aliases[ref]),
            actions=str(actions.get(ref, Found(0, 0))),
            calls=str(calls.get(ref, "-")),
            tests=tested.cells.get(ref, "-"),
        )
        for ref, pack in catalog.packs.items()
    }
    summary = [*sum_up(aliases.values(), actions.values(), calls), *tested.sums]
    given.output.write_text(page(rows, summary, calls), encoding="utf-8")


def page(rows: Mapping[str, Row], summary: list[tuple[str, str]], calls: Mapping[str, Ran]) -> str:
    """The whole page."""
    lines = [HEAD.format(packs=len(rows)).rstrip("\n")]
    lines += [f"| {what} | {much} |" for what, much in summary]
    lines += ["", "| pack | loads | aliases match | actions bind | calls run | tests pass |"]
    lines += ["|---|---|---|---|---|---|"]
    lines += [f"| {ref} | {' | '.join(row)} |" for ref, row in rows.items()]
    lines += ["", "## Calls that did something else", ""]
    bad = [(ref, what, why) for ref, ran in calls.items() for what, why in ran.bad]
    lines += ["| pack | call | why |", "|---|---|---|"] if bad else ["None."]
    lines += [f"| {ref} | `{what}` | {why.replace('|', '/')} |" for ref, what, why in bad]
    return "\n".join(lines) + "\n"


def sum_up(
    aliases: Iterable[Found], actions: Iterable[Found], calls: Mapping[str, Ran]
) -> Iterator[tuple[str, str]]:
    """Totals of all but the tests."""
    yield "messages made of formats that mean their alias", _total(aliases)
    yield "actions that bind", _total(actions)
    yield "packs with calls", str(len(calls))
    yield (
        "calls that did what they should",
        _total(Found(ran.tried - len(ran.bad), ran.tried) for ran in calls.values()),
    )


def tests_of(verdicts: Mapping[str, Verdict]) -> Tested:
    """What a run of all tests gave."""
    cells = {ref: tests(verdict) for ref, verdict in verdicts.items()}
    return Tested(cells, tuple(sum_up_tests(verdicts.values())))


def read_tests(text: str) -> Tested:
    """What a page says of tests."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    start = next(at for at, row in enumerate(rows) if row[0] == "pack")
    packs = [row for row in rows[start + 1 :] if re.match(r"\d+ and \d+", row[1])]
    sums = [(row[0], row[1]) for row in rows[:start] if len(row) == len(("what", "much"))]
    first = next(at for at, (what, _) in enumerate(sums) if what == "packs with tests")
    return Tested({row[0]: row[-1] for row in packs}, tuple(sums[first:]))


def sum_up_tests(verdicts: Collection[Verdict]) -> Iterator[tuple[str, str]]:
    """Totals of the tests."""
    endings = Counter(verdict.ending for verdict in verdicts)
    yield "packs with tests", str(len(verdicts))
    yield "of these, all tests pass", str(endings[Ending.PASSED])
    for word in ("passed", "failed", "error"):
        count = sum(verdict.counts.get(word, 0) for verdict in verdicts)
        yield {"error": "files that can't be imported"}.get(word, f"tests {word}"), str(count)


def _total(found: Iterable[Found]) -> str:
    counts = tuple(found)
    return f"{sum(one.good for one in counts):,} of {sum(one.tried for one in counts):,}"


def loads(pack: Pack, catalog: Catalog, broken: Collection[Problem]) -> str:
    """How much is in a pack, and what is wrong with it; `broken` is what is with its formats."""
    actions = sum(ref.split(".", 1)[0] == pack.ref for ref in catalog.action_refs())
    aliases = sum(alias.pack == pack.ref for alias in catalog.aliases)
    folder = f"{Path(pack.place.file).parent}/"
    rules = Counter(
        problem.rule
        for problem in (*catalog.problems, *broken)
        if problem.severity is Severity.ERROR and problem.place.file.startswith(folder)
    )
    told = ", ".join(f"{count} {rule}" for rule, count in sorted(rules.items()))
    return f"{actions} and {aliases}" + (f"; {told}" if told else "")


def table_of(ref: str, catalog: Catalog) -> AliasTable:
    """The enabled aliases of a pack."""
    own = [alias for alias in catalog.aliases if alias.pack == ref]
    return build_table(own, strict=False, settable=lambda _: frozenset(), plans=None)


def match_aliases(table: AliasTable) -> Found:
    """Of the messages made of the formats of these aliases: how many mean their alias."""
    own = {entry.alias.ref: entry.alias for entry in table.entries}.values()
    results = [means(message, alias, table) for alias in own for message in messages(alias)]
    return Found(sum(results), len(results))


def means(message: str, alias: Alias, table: AliasTable) -> bool:
    """Whether the table takes the message for that alias."""
    outcome = table.match(message)
    return isinstance(outcome, Matched) and outcome.alias is alias


def messages(alias: Alias) -> Iterator[str]:
    """For each text that messages are matched with, one with its optional parts and one without.

    A format that does not compile is among the problems.
    """
    for form in alias.formats:
        for representation in form.representations:
            try:
                tree = read(representation.text, strict=True).tree
            except FormatError:
                continue
            yield from sorted({sample(tree, whole=True), sample(tree, whole=False)})


def sample(node: Node, *, whole: bool) -> str:
    """A text that the expression stands for; `whole` with all that is optional."""
    match node:
        case Text():
            made = node.text
        case Chars():
            made = character(node.ranges)
        case Edge():
            made = ""
        case Value() | Placeholder():
            made = "word"
        case Capture():
            made = sample(node.item, whole=whole)
        case Sequence():
            made = "".join(sample(item, whole=whole) for item in node.items)
        case Choice():
            made = sample(node.items[0], whole=whole)
        case Repeat():
            times = max(node.low, 1) if whole and node.high != 0 else node.low
            made = sample(node.item, whole=whole) * times
        case _:
            assert_never(node)
    return made


def character(ranges: Ranges) -> str:
    """One character of a set, a plain one if there is any."""
    for wanted in "a1 A-_":
        if any(low <= ord(wanted) <= high for low, high in ranges):
            return wanted
    return chr(ranges[0][0]) if ranges else ""


def bind_actions(catalog: Catalog) -> dict[str, Found]:
    """For each pack how many of its actions can be bound."""
    binder, good, tried = Binder(Templates()), Counter[str](), Counter[str]()
    for action in catalog.actions():
        tried[action.pack] += 1
        good[action.pack] += binds(action, binder)
    return {ref: Found(good[ref], tried[ref]) for ref in tried}


def binds(action: Action, binder: Binder) -> bool:
    """Whether values of the declared types are accepted."""
    try:
        runner = find_runner(action.runner_type).PARAMETERS
    except RunnerError:
        runner = {}
    required = (
        parameter
        for parameter in {**runner, **action.parameters}.values()
        if parameter.required and not parameter.immutable and not parameter.default
    )
    given = {parameter.name: typed(parameter) for parameter in required}
    context: dict[str, Json] = {"api_user": "alice", "user": "alice", "pack": action.pack}
    try:
        binder.bind(action, runner, given, context=context, datastore=Ones())
    except ChatOpsError:
        return False
    return True


def typed(parameter: Parameter) -> Json:
    """What somebody types for a parameter."""
    items = parameter.schema.get("items")
    if parameter.enum:
        return parameter.enum[0]
    if parameter.type == "array" and isinstance(items, Mapping) and items.get("type") == "object":
        return '[{"a": "b"}]'
    return TYPED.get(parameter.type, "x")


async def run_tests(selection: Selection) -> dict[str, Verdict]:
    """The verdict over the tests of each pack that has some."""
    verdicts: dict[str, Verdict] = {}

    def keep(task: Task, verdict: Verdict) -> None:
        verdicts[task.suite.ref] = verdict
        print(task.suite.ref, verdict.ending, dict(verdict.counts), file=sys.stderr)

    tasks = [Task(suite=suite, wanted=Wanted(timeout=LIMIT)) for suite in selection.suites]
    await run_side_by_side(tasks, jobs=os.cpu_count() or 1, on_output=lambda *_: None, on_end=keep)
    return verdicts


def tests(verdict: Verdict) -> str:
    """How the tests of a pack went, in a cell."""
    passed = verdict.counts.get("passed", 0)
    if verdict.ending is Ending.PASSED:
        return f"{passed}"
    bad = sum(verdict.counts.get(word, 0) for word in ("failed", "error"))
    missing = f"not found: {', '.join(f'`{name}`' for name in verdict.missing)}"
    why = WHY.get(verdict.ref) or (missing if verdict.missing else verdict.why)
    return f"{passed}, not {bad}" + (f"; {why}" if why else "")


if __name__ == "__main__":
    main()
