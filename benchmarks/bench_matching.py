"""Matching against a plain scan of precompiled expressions, in the same run; and hostile messages.

    python benchmarks/bench_matching.py [--quick]

A catalog of the sizes 100 to 100,000 formats is made from a seed: words of its own first, shared
first words, a parameter first, displays with several representations, raw expressions. Each size is
asked messages that match a distinct first word, a shared one, and chatter. Figures are the median
and the 99th percentile of single calls, in microseconds; only ratios within a run mean much.
"""

import argparse
import random
import re
import resource
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from chatops_cli.aliases.outcome import Unmatched
from chatops_cli.aliases.placeholders import final_regex
from chatops_cli.aliases.table import MESSAGE_LIMIT, AliasTable, build_table
from chatops_cli.catalog.cache import Cache
from chatops_cli.model.alias import Alias
from tests.support.aliases import make_alias, make_format
from tests.support.hostile import FORMATS, HEADS, TAILS, UNITS, message

SEED = 20
SCAN_LIMIT = 10_000
"""Formats; compiling more for the plain scan takes minutes."""
CALLS = 3_000

VERBS = [
    "deploy",
    "restart",
    "show",
    "list",
    "get",
    "set",
    "create",
    "delete",
    "scale",
    "drain",
    "check",
    "rotate",
    "open",
    "close",
    "sync",
    "export",
    "import",
    "enable",
    "disable",
    "start",
    "stop",
    "run",
    "test",
    "build",
    "merge",
    "assign",
    "notify",
    "page",
    "ack",
]
NOUNS = [
    "pod",
    "node",
    "disk",
    "queue",
    "user",
    "cert",
    "cache",
    "build",
    "branch",
    "ticket",
    "host",
    "vlan",
    "route",
    "policy",
    "token",
    "backup",
    "replica",
    "bucket",
    "job",
    "alert",
]
CHATTER = (
    "good morning all",
    "the build is red again, see the thread",
    "anyone up for lunch at noon?",
    "thanks, that fixed it",
    "we should restart the discussion about on-call next week",
    "did you see https://example.net/docs/run?page=2&sort=asc yesterday",
    "I think the deploy went fine but the dashboards look odd",
    "lgtm",
    "can somebody check whether the office is open on friday please",
    "it's \"done\" as far as I'm concerned",
)


def word(chance: random.Random) -> str:
    """A pronounceable word that is hardly ever made twice."""
    pair = (chance.choice("bcdfghjklmnprstvwz") + chance.choice("aeiou") for _ in range(4))
    return "".join(pair)


def catalog(size: int) -> tuple[list[Alias], list[str], list[str]]:
    """Aliases with one format each; messages that match distinct and shared first words."""
    chance = random.Random(SEED)
    aliases, distinct, shared = [], [], []
    for i in range(size):
        own, kind = word(chance), chance.random()
        verb, noun = chance.choice(VERBS), chance.choice(NOUNS)
        if kind < 0.28:
            form = f"{own} {noun} {{{{target}}}}"
            distinct.append(f"{own} {noun} web-{i}")
        elif kind < 0.87:
            form = f"{verb} {noun} {own} {{{{target}}}} on {{{{env=prod}}}}"
            shared.append(f"{verb} {noun} {own} web-{i} on staging")
        elif kind < 0.91:
            form = f"{{{{who}}}} {verb} {own}"
        elif kind < 0.98:
            form = f"({verb}|{own}) {noun} {own}( of {{{{target}}}})?"
        else:
            form = rf"^\s*{verb} {own} (?P<number>[0-9]+)\s*$"
        aliases.append(make_alias(f"a{i}", make_format(form, display=form)))
    return aliases, distinct, shared


def table(aliases: Iterable[Alias], cache: Cache | None = None) -> AliasTable:
    return build_table(aliases, strict=False, settable=lambda _: frozenset(), plans=cache)


def timed(
    call: Callable[[str], object], messages: Sequence[str], calls: int
) -> tuple[float, float]:
    """Median and 99th percentile of one call, in microseconds; each message was asked before."""
    for text in messages:
        call(text)
    times = []
    for i in range(calls):
        text = messages[i % len(messages)]
        start = perf_counter()
        call(text)
        times.append(perf_counter() - start)
    times.sort()
    return times[len(times) // 2] * 1e6, times[int(len(times) * 0.99)] * 1e6


def scan(expressions: Sequence[re.Pattern[str]]) -> Callable[[str], object]:
    """The plain way: every expression is tried, in order."""

    def match(text: str) -> list[int]:
        wrapped = f" {text} "
        return [i for i, one in enumerate(expressions) if one.search(wrapped)]

    return match


def resident() -> float:
    """The most memory that this process had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(size: int) -> None:
    aliases, distinct, shared = catalog(size)
    chance = random.Random(SEED)
    before = resident()
    start = perf_counter()
    some = table(aliases)
    cold = (perf_counter() - start) / size * 1e3
    grown = resident() - before
    kinds = {
        "distinct": chance.sample(distinct, min(200, len(distinct))),
        "shared": chance.sample(shared, min(200, len(shared))),
        "chatter": list(CHATTER),
    }
    check(some, kinds)
    figures = {kind: timed(some.match, messages, CALLS) for kind, messages in kinds.items()}
    plain: dict[str, float] = {}
    if size <= SCAN_LIMIT:
        plain = scanned(aliases, kinds, max(20, CALLS // size))
    print(f"\n{size:,} formats: build {cold:.3f} ms a format, memory {grown:+.0f} MiB")
    for kind, (median, high) in figures.items():
        ratio = f"   plain scan {plain[kind]:>10.1f}  x{plain[kind] / median:,.0f}" if plain else ""
        print(f"  {kind:<9} p50 {median:6.1f}  p99 {high:6.1f}{ratio}")
    kept(aliases)


def scanned(aliases: Iterable[Alias], kinds: dict[str, list[str]], calls: int) -> dict[str, float]:
    expressions = [
        re.compile(final_regex(alias.formats[0].display), re.DOTALL) for alias in aliases
    ]
    return {kind: timed(scan(expressions), texts[:5], calls)[0] for kind, texts in kinds.items()}


def check(some: AliasTable, kinds: dict[str, list[str]]) -> None:
    """Every message of the catalog's own must match, or the figures mean nothing."""
    for text in kinds["distinct"] + kinds["shared"]:
        if isinstance(some.match(text), Unmatched):
            raise SystemExit(f"does not match: {text}")


def kept(aliases: list[Alias]) -> None:
    """A table made with a store of plans: the first time, and by the next process."""
    with tempfile.TemporaryDirectory() as folder:
        for label in ("cold, with a store", "warm"):
            cache = Cache(Path(folder) / "cache.sqlite")
            start = perf_counter()
            some = table(aliases, cache)
            built = perf_counter() - start
            text = next(
                a.formats[0].display for a in aliases if "{{target}} on" in a.formats[0].display
            )
            text = text.replace("{{target}}", "x").replace("{{env=prod}}", "y")
            start = perf_counter()
            outcome = some.match(text)
            first = perf_counter() - start
            assert not isinstance(outcome, Unmatched)
            cache.close()
            print(f"  {label:<19} {built * 1e3:9.1f} ms, then the first match {first * 1e3:.2f} ms")


def hostile() -> None:
    """The worst message of each kind, at a tenth of the limit and at the limit."""
    own = ("{{a}}{{b}} {{c}}", "say '{{x}}' and {{y}}", r"(?:\b|^)dup (?P<k>[A-Z]+)(?:\b|$)")
    forms = list(
        zip((*FORMATS, *own), (*HEADS, "x ", "say 'x", "dup A "), (*TAILS, "", "", ""), strict=True)
    )
    print(f"\nhostile messages, the slowest of {len(forms)} formats, ms")
    print(f"  {'':<22}{'4 kB':>8}{'40 kB':>8}   growth")
    for name, unit in UNITS.items():
        small, large = (worst(forms, unit, size) for size in (MESSAGE_LIMIT // 10, MESSAGE_LIMIT))
        print(f"  {name:<22}{small:8.2f}{large:8.2f}   x{large / small:.1f}")


def worst(forms: Iterable[tuple[str, str, str]], unit: str, size: int) -> float:
    """Milliseconds of the slowest format, each the best of three."""
    slowest = 0.0
    for form, head, tail in forms:
        some = table([make_alias("one", form)])
        for end in (tail, ""):
            text = message(unit, size, head, end)
            some.match(text)
            times = []
            for _ in range(3):
                start = perf_counter()
                some.match(text)
                times.append(perf_counter() - start)
            slowest = max(slowest, min(times))
    return slowest * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="100 and 1,000 formats only")
    sizes = (100, 1_000) if parser.parse_args().quick else (100, 1_000, 10_000, 100_000)
    for size in sizes:
        measure(size)
    hostile()


if __name__ == "__main__":
    main()
