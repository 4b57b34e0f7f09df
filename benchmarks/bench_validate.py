"""`chatops validate` over public packs: cold, warm, and after one file was changed.

    python benchmarks/bench_validate.py [--quick] [CORPUS]

CORPUS is a folder of packs (../shared/corpus, unless said); it is copied first. Each run is a
process of its own; the least seconds and CPU seconds of some rounds count, and the most memory.
The cold run begins without a state folder.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
COLD, WARM, MEMORY = 10.0, 2.0, 300.0
"""Seconds on two cores, and MB."""


class Run(NamedTuple):
    """Seconds, CPU seconds, MB, and what was printed."""

    wall: float
    cpu: float
    memory: float
    printed: str


def run(packs: Path, home: Path, *options: str) -> Run:
    """One process."""
    command = [sys.executable, "-m", "chatops_cli", "validate", str(packs), "--format", "json"]
    begin = perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "CHATOPS_HOME": str(home)},
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = perf_counter() - begin
        out.seek(0)
        printed = out.read()
    if process.returncode not in {0, 1}:
        raise SystemExit(f"validate ended with {process.returncode}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, printed)


def best(runs: list[Run]) -> Run:
    """The least of each but memory, of which the most."""
    return Run(
        min(each.wall for each in runs),
        min(each.cpu for each in runs),
        max(each.memory for each in runs),
        runs[0].printed,
    )


def main() -> int:
    """Prints a table; the exit code says whether the budgets were kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round of each")
    parser.add_argument("corpus", nargs="?", type=Path, default=ROOT.parent / "shared" / "corpus")
    options = parser.parse_args()
    if not options.corpus.is_dir():
        print(f"skipped: there are no packs in {options.corpus}")
        return 0
    rounds = 1 if options.quick else 5
    with tempfile.TemporaryDirectory() as folder:
        packs, home = Path(folder, "packs"), Path(folder, "home")
        shutil.copytree(options.corpus, packs, symlinks=True)
        for path in packs.rglob("*"):
            path.chmod(path.stat().st_mode | 0o200)
        cold, warm, changed = [], [], []
        aliases = sorted(packs.glob("*/aliases/*.yaml"))
        for number in range(rounds):
            shutil.rmtree(home, ignore_errors=True)
            cold.append(run(packs, home))
            warm.append(run(packs, home))
            file = aliases[number % len(aliases)]
            file.write_text(file.read_text() + "\n# changed\n")
            changed.append(run(packs, home))
        files = sum(path.is_file() for path in packs.rglob("*"))
    told = {"cold": best(cold), "warm": best(warm), "one alias changed": best(changed)}
    print(f"{files} files, {len(json.loads(cold[0].printed))} findings, {os.cpu_count()} cores")
    print(f"{'':20}{'seconds':>10}{'CPU s':>10}{'MB':>10}")
    for name, found in told.items():
        print(f"{name:20}{found.wall:10.2f}{found.cpu:10.2f}{found.memory:10.0f}")
    bounds = [("cold", COLD), ("warm", WARM), ("one alias changed", COLD)]
    missed = [f"{name}: over {bound} s" for name, bound in bounds if told[name].wall > bound]
    missed += [f"{name}: over {MEMORY} MB" for name, r in told.items() if r.memory > MEMORY]
    if cold[0].printed != warm[0].printed:
        missed.append("warm: other findings than cold")
    print("\n".join(missed) or "all within their budgets")
    return len(missed)


if __name__ == "__main__":
    sys.exit(main())
