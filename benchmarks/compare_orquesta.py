"""Runs workflows through Orquesta and our conductor, by the same random plans, and compares.

Status, output, errors, every task with its route and status in order, and every action with its
input and delay. Orquesta is not among our dependencies: it is looked for in the interpreter that
`--orquesta` names. Workflows are those of any folders; none is kept here.

    python benchmarks/compare_orquesta.py --orquesta VENV/bin/python [--seeds 16] FOLDER...

It exits with 1 where a difference is none of `KNOWN`, and does nothing where Orquesta or folders
are missing.
"""

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


from benchmarks.orquesta_side.ours import run_all
from chatops_cli.workflows.definition.orquesta import read_workflow

_HERE = Path(__file__).parent
_FIELDS = ("status", "starts", "sequence", "output", "errors")
_RANDOM = re.compile(r"\b(random|uuid|now|utcnow)\b")
_STACKSTORM = re.compile(
    r"Unknown function \"(?!#)|No filter named"
    r"|'\w+' is undefined"
)
_Record: TypeAlias = dict[str, Any]

KNOWN = {
    "random": "its expressions give other values each time",
    "functions": "Orquesta alone lacks functions that StackStorm adds",
    "not read": "one side doesn't read the file",
    "running twice": "a task reached again while it runs: a run of its own here, lost there",
    "join again": "a join by count that has run is started again there for each later arrival",
    "true as a number": "a delay of `true` is one second there, and an error here",
    "crash there": "Orquesta raises an exception",
    "undefined": "Jinja's undefined objects are values there, and errors here",
    "ends run again": "the outputs of ends that are run again count there beside the new ones",
    "run again after a mistake": "a way whose values can't be published counts as taken there",
    "answered late": "an item answered after its task has failed makes a run of its own there",
    "fail after a pause": "the command `fail` that is reached in a pause is forgotten there",
    "join after a pause": "a join that waits in vain is an error here after a pause too",
}
"""Kinds of differences that are on purpose, or not ours."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--orquesta", default=sys.executable, help="an interpreter that has it")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=16)
    parser.add_argument("--show", type=int, default=1, help="differences to show of each kind")
    given = parser.parse_args()
    if not given.folders:
        print("skipped: no folder with workflows was given")
        return 0
    probe = subprocess.run(
        [given.orquesta, "-c", "import orquesta"], capture_output=True, check=False
    )
    if probe.returncode:
        print(f"skipped: {given.orquesta} has no orquesta; name one that has: --orquesta PYTHON")
        return 0
    files = sorted(str(file) for folder in given.folders for file in _workflows(folder))
    print(f"{len(files)} workflows, {given.seeds} runs of each")
    theirs = _theirs(given.orquesta, given.first, given.seeds, files)
    counts: Counter[str] = Counter()
    shown: dict[str, list[str]] = {}
    for file, seed, kind, what in _compared(theirs, given.first, given.seeds):
        counts[kind] += 1
        shown.setdefault(kind, []).append(f"{file} {seed}: {what}")
    for kind, number in counts.most_common():
        print(f"{number:7,} {kind}" + (f" ({KNOWN[kind]})" if kind in KNOWN else ""))
    unknown = [kind for kind in counts if kind != "same" and kind not in KNOWN]
    for kind in unknown:
        for text in shown[kind][: given.show]:
            print(f"\n{kind}: {text}")
        names = Counter(
            text.split(" ", maxsplit=1)[0].rsplit("/", maxsplit=1)[-1] for text in shown[kind]
        )
        print(f"{kind}, all: {dict(names.most_common(20))}")
    return 1 if unknown else 0


def _workflows(place: Path) -> Iterator[Path]:
    files = (
        [place]
        if place.is_file()
        else (f for f in place.rglob("*") if f.suffix in {".yaml", ".yml"})
    )
    for file in files:
        text = file.read_text("utf-8", "replace")
        if re.search(r"^version:", text, re.MULTILINE) and re.search(
            r"^tasks:", text, re.MULTILINE
        ):
            yield file


def _theirs(python: str, first: int, seeds: int, files: list[str]) -> dict[str, list[_Record]]:
    script = str(_HERE / "orquesta_side" / "theirs.py")
    command = [python, script, str(first), str(seeds), *files]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, list[_Record]] = {}
    for line in done.stdout.splitlines():
        record = json.loads(line)
        found.setdefault(record["file"], []).append(record)
    return found


def _compared(
    theirs: dict[str, list[_Record]], first: int, seeds: int
) -> Iterator[tuple[str, int, str, str]]:
    for file, records in theirs.items():
        data = Path(file).read_bytes()
        workflow = read_workflow(data, file=file, name=file).workflow
        if workflow is None or "bad" in records[0]:
            yield file, 0, "not read", str(records[0].get("bad", "read there"))
            continue
        itemized = {name for name, task in workflow.tasks.items() if task.items is not None}
        counted = {name for name, task in workflow.tasks.items() if isinstance(task.join, int)}
        is_random = _RANDOM.search(data.decode("utf-8", "replace")) is not None
        for there, here in zip(
            records, run_all(workflow, range(first, first + seeds)), strict=True
        ):
            kind, what = _difference(there, json.loads(json.dumps(here)), counted, itemized)
            if kind != "same" and is_random:
                kind = "random"
            yield file, there["seed"], kind, what


def _difference(
    there: _Record, here: _Record, counted: set[str], itemized: set[str]
) -> tuple[str, str]:
    if "crash" in here:
        return "crash here", here["crash"]
    if "crash" in there:
        return "crash there", there["crash"]
    for field in _FIELDS:
        a, b = there[field], here[field]
        if field == "errors":
            a, b = _told(there), _told(here)
        if a != b:
            return _kind(
                there, here, field, counted, itemized
            ), f"{field}\n  there {a}\n  here  {b}"
    return "same", ""


def _told(record: _Record) -> list[str]:
    """Which errors there are: whose, and whether of an action or of the definition."""
    return sorted(
        f"{task} {'action' if message.startswith('Execution failed') else 'definition'}"
        for task, message in {tuple(error) for error in record["errors"]}
    )


def _kind(there: _Record, here: _Record, field: str, counted: set[str], itemized: set[str]) -> str:
    runs = [Counter(task for task, *_ in record["sequence"]) for record in (there, here)]
    told = [message for _, message in here["errors"]]
    is_again = any(start[0] == "rerun" for start in there["starts"])
    kinds = {
        "running twice": there["twice"] or here["twice"],
        "join again": any(runs[0][task] > runs[1][task] for task in counted),
        "functions": any(
            _STACKSTORM.search(message)
            for message in (*there["forgotten"], *(text for _, text in there["errors"]))
        ),
        "undefined": "UNDEFINED" in json.dumps(there["output"]),
        "true as a number": any(message.endswith(": True") for message in told),
        "run again after a mistake": bool(there["forgotten"]),
        "ends run again": is_again and field in {"output", "errors"},
        "answered late": field == "sequence"
        and there["starts"] == here["starts"]
        and not runs[1] - runs[0]
        and (runs[0] - runs[1]).keys() <= itemized,
        "fail after a pause": field == "status"
        and there["sequence"] == here["sequence"]
        and here["status"] == "failed"
        and any(entry[0] == "fail" for entry in here["sequence"]),
        "join after a pause": field == "status"
        and there["sequence"] == here["sequence"]
        and any(message.startswith("UnreachableJoin") for message in told),
    }
    found = next((kind for kind, holds in kinds.items() if holds), None)
    return found or field + (" (inspection finds mistakes)" if there["inspected"] else "")


if __name__ == "__main__":
    sys.exit(main())
