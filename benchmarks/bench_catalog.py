"""How long 6,000 action files take, cold and warm, beside the floors on the same machine.

The floors run in the same process, interleaved with what is measured, and the best of some rounds
counts: loading every file with libyaml, and listing every folder with a stat of every file in it.
Without the listing (a bare stat of known paths) no new file would be seen; it is shown as well.
Ratios hold across machines, milliseconds only on this one.

    python benchmarks/bench_catalog.py [--files 6000] [--rounds 5]

It exits with 1 where a budget is missed.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from chatops_cli.catalog.cache import Cache
from chatops_cli.catalog.catalog import open_catalog

COLD_BUDGET = 0.3
"""Milliseconds a file on the machine where composing takes 0.195."""
COLD_RATIO = 1.55
"""Cold, against CSafeLoader loading every file."""
WARM_RATIO = 1.5
"""Warm, against os.scandir with a stat of every file."""
WARM_BUDGET = 100.0
"""Milliseconds in all for 6,000 files."""

PACKS = 20
ACTION = """---
name: action_{n}
pack: pack_{p}
description: Restart a service on a group of hosts, number {n}
enabled: true
runner_type: python-script
entry_point: action_{n}.py
parameters:
  hosts:
    type: array
    description: Hosts, by name
    required: true
    position: 0
  service:
    type: string
    description: Name of the service
    default: nginx
    enum: [nginx, haproxy, postgres]
  timeout:
    type: integer
    default: 60
  token:
    type: string
    secret: true
    immutable: false
"""


def write_packs(root: Path, files: int) -> None:
    """Packs with action files of 25 lines, their entry points, and an alias for every tenth."""
    for p in range(PACKS):
        pack = root / f"pack_{p}"
        (pack / "actions").mkdir(parents=True)
        (pack / "aliases").mkdir()
        (pack / "pack.yaml").write_text(
            f"ref: pack_{p}\nname: pack_{p}\ndescription: d\nversion: 1.0.0\nauthor: a\n"
        )
        for n in range(files // PACKS):
            (pack / "actions" / f"action_{n}.yaml").write_text(ACTION.format(n=n, p=p))
            (pack / "actions" / f"action_{n}.py").touch()
            if n % 10 == 0:
                (pack / "aliases" / f"alias_{n}.yaml").write_text(
                    f"name: alias_{n}\naction_ref: pack_{p}.action_{n}\n"
                    f'formats: ["restart {{{{service}}}} on {{{{hosts}}}} as {p} {n}"]\n'
                )


def best(rounds: int, *steps: Callable[[], object]) -> list[float]:
    """The shortest time of each step (ms), all steps run in turn in every round."""
    times: list[list[float]] = [[] for _ in steps]
    for _ in range(rounds):
        for step, taken in zip(steps, times, strict=True):
            start = time.perf_counter()
            step()
            taken.append((time.perf_counter() - start) * 1000)
    return [min(taken) for taken in times]


def main() -> int:
    """Print the table; 1 where a budget is missed."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--files", type=int, default=6000)
    arguments.add_argument("--rounds", type=int, default=5)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder), asked.files, asked.rounds)


def load_all(paths: list[str]) -> None:
    """The floor of a cold look."""
    for path in paths:
        yaml.load(Path(path).read_bytes(), yaml.CSafeLoader)  # noqa: TID251  # the floor


def stat_all(paths: list[str]) -> None:
    """What a look would cost that sees no new file."""
    for path in paths:
        os.stat(path)  # noqa: PTH116  # the floor


def scan_all(parts: list[str]) -> None:
    """The floor of a warm look."""
    for part in parts:
        with os.scandir(part) as entries:
            for entry in entries:
                if entry.name.endswith(".yaml"):
                    entry.stat()


def report(rows: list[tuple[str, float, str]]) -> None:
    """Print a table of names, times (ms) and what they are beside the floor."""
    for name, taken, note in rows:
        print(f"{name:28} {taken:9.1f} ms  {note}")


def measure(folder: Path, files: int, rounds: int) -> int:
    """Measure in an empty folder."""
    root, kept = folder / "packs", folder / "cache" / "catalog.db"
    write_packs(root, files)
    paths = [str(path) for path in sorted(root.glob("*/*/*.yaml"))]
    parts = sorted({os.path.dirname(path) for path in paths})  # noqa: PTH120  # text, for speed

    def cold() -> None:
        kept.unlink(missing_ok=True)
        open_catalog([root], cache=Cache(kept))

    def warm() -> None:
        open_catalog([root], cache=Cache(kept)).action("pack_7.action_3")

    def whole() -> None:
        catalog = open_catalog([root], cache=Cache(kept))
        assert len(catalog.aliases) == PACKS * (files // PACKS // 10)

    def one_changed() -> None:
        (root / "pack_3" / "actions" / "action_1.yaml").write_text(ACTION.format(n=1, p=3))
        open_catalog([root], cache=Cache(kept))

    load, read = best(rounds, lambda: load_all(paths), cold)
    time.sleep(0.05)  # What was written just now is read again: see stamps.without_racy.
    warm()
    floors = (lambda: stat_all(paths), lambda: scan_all(parts))
    stat, scan, one, aliases = best(rounds * 4, *floors, warm, whole)
    (change,) = best(rounds, one_changed)
    rows = [
        ("CSafeLoader, every file", load, "floor"),
        ("cold, cache written", read, f"{read / load:.2f} of it, {read / len(paths):.3f} a file"),
        ("scandir, stat of every file", scan, f"floor, {scan / stat:.2f} of the bare stat"),
        ("warm, one action", one, f"{one / scan:.2f} of it"),
        ("warm, all aliases", aliases, f"{aliases / scan:.2f} of it"),
        ("one file changed", change, f"{change / scan:.2f} of it"),
    ]
    report(rows)
    missed = [
        f"{name} {value:.2f} > {limit}"
        for name, value, limit in (
            ("cold/load", read / load, COLD_RATIO),
            ("warm/scan", one / scan, WARM_RATIO),
            ("warm, ms for 6,000", one * 6000 / files, WARM_BUDGET),
        )
        if value > limit
    ]
    print("over budget: " + "; ".join(missed) if missed else "within budget")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
