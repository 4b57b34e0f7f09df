"""What is lost or run twice when bridges and workers are killed, again and again, at any moment.

A bridge with the adapter of JSON lines and two workers serve a stream of commands, half of them
idempotent, half of them in a queue that only the workers serve. Every other second or so one of the
processes is killed (SIGKILL) and started again; the messages of the last seconds are then delivered
once more, as networks do. In the end every message must have an answer, no action that isn't
idempotent may have begun twice, and each idempotent one must have succeeded.

    python benchmarks/kill_runs.py [--kills 200] [--postgresql] [--seed 7]

It exits with 1 where something was lost, or run twice that may not be.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from chatops_cli.records.key_file import generate
from tests.support.clusters import cluster

SETTINGS = """\
packs: [packs]
engine:
  kind: durable
  url: "{url}"
  routes: {{"kills.far*": far}}
  idempotent: ["kills.*_safe"]
datastore: {{key_file: key}}
access:
  rules:
    - {{name: all, effect: allow, who: ["*"], actions: ["*"]}}
bridge:
  networks:
    term: {{type: jsonl}}
"""
ACTIONS = ("near_safe", "near_once", "far_safe", "far_once")
AGAIN = 40
"""Messages that are delivered once more when the bridge was killed."""


class Service:
    """A process that is started again when it was killed."""

    def __init__(self, folder: Path, home: Path, *arguments: str) -> None:
        self.folder, self.home, self.arguments = folder, home, arguments
        self.posts: list[dict[str, object]] = []
        self.log = folder / f"{arguments[0]}-{home.name}.log"
        self.start()

    def start(self) -> None:
        environment = {**os.environ, "CHATOPS_HOME": str(self.home)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "chatops_cli", *self.arguments],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
            )
        self.reader = threading.Thread(target=self._read, args=(self.process,), daemon=True)
        self.reader.start()

    def say(self, number: str, text: str) -> None:
        message = {"id": number, "user": "ann", "text": text, "room": "#ops"}
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
        except BrokenPipeError:
            return  # it is being killed: it is delivered again

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.reader.join()

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(120)
        self.reader.join()

    def _read(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            try:
                self.posts.append(json.loads(line))
            except ValueError:
                continue  # cut off


def pack(folder: Path) -> None:
    """The actions: each writes down that it begins and ends."""
    root = folder / "packs" / "kills"
    for part in ("actions", "aliases"):
        (root / part).mkdir(parents=True)
    (root / "pack.yaml").write_text(
        "name: kills\nversion: 1.0.0\ndescription: d\nauthor: a\nemail: a@example.org\n"
    )
    for name in ACTIONS:
        words = name.replace("_", " ")
        command = (
            f"echo {name} began {{{{ number }}}} >> {folder}/did; sleep {{{{ seconds }}}}; "
            f"echo {name} ended {{{{ number }}}} >> {folder}/did; echo {{{{ number }}}} is done"
        )
        (root / "actions" / f"{name}.yaml").write_text(
            f"name: {name}\nrunner_type: local-shell-cmd\ndescription: d\nparameters:\n"
            "  number: {type: string, required: true}\n  seconds: {type: number, default: 0}\n"
            f"  cmd: {{immutable: true, default: '{command}'}}\n"
        )
        (root / "aliases" / f"{name}.yaml").write_text(
            f"name: {name}\naction_ref: kills.{name}\nack: {{enabled: false}}\n"
            f"formats: ['{words} {{{{ number }}}} for {{{{ seconds }}}}']\n"
            "result: {format: '{{ execution.status }} {{ execution.parameters.number }}'}\n"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = ""
        if chosen.postgresql:
            url = stack.enter_context(cluster()).create("kills")
        (folder / "chatops.yaml").write_text(SETTINGS.format(url=url))
        generate(folder / "key")
        pack(folder)
        return campaign(folder, chosen.kills, chance, is_cluster=bool(url), seed=chosen.seed)


def campaign(
    folder: Path, kills: int, chance: random.Random, *, is_cluster: bool, seed: int
) -> int:
    """The stream of commands, and the kills in it; whether all was well, as an exit code."""
    homes = [folder / name for name in ("bridge", "one", "two")]
    if not is_cluster:
        homes = [homes[0]] * 3
    bridge = Service(folder, homes[0], "bridge")
    workers = [Service(folder, home, "worker", "--queues", "far,default") for home in homes[1:]]
    said: dict[str, str] = {}
    killed: Counter[str] = Counter()
    began = time.monotonic()
    while killed.total() < kills:
        for _ in range(chance.randint(2, 6)):
            number = f"m{len(said)}"
            name = chance.choice(ACTIONS).replace("_", " ")
            said[number] = f"!{name} {number} for {chance.choice((0, 0.1, 0.5, 2))}"
            bridge.say(number, said[number])
            time.sleep(chance.uniform(0, 0.2))
        time.sleep(chance.uniform(0, 1.5))
        victim = chance.choice([bridge, *workers])
        victim.kill()
        killed[victim.arguments[0]] += 1
        time.sleep(chance.choice((0, 0, 0.5, 2)))
        victim.start()
        if victim is bridge:
            for number in list(said)[-AGAIN:]:
                bridge.say(number, said[number])
        print(f"\r{killed.total()} kills, {len(said)} messages", end="", file=sys.stderr)
    for number, text in said.items():
        bridge.say(number, text)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not said.keys() <= answers(bridge).keys():
        time.sleep(0.5)
    seconds = time.monotonic() - began
    for each in (bridge, *workers):
        each.end()
    print(
        f"\n{killed.total()} kills ({killed['bridge']} of the bridge, the others of workers)"
        f" in {seconds:.0f} s, seed {seed}: {len(said)} messages"
    )
    return judged(folder, said, bridge)


def answers(bridge: Service) -> dict[str, list[str]]:
    """The texts that each message was answered with."""
    found: dict[str, list[str]] = {}
    for post in list(bridge.posts):
        number = str(post["key"]).split()[2]
        found.setdefault(number, []).append(str(post["text"]))
    return found


def judged(folder: Path, said: dict[str, str], bridge: Service) -> int:
    """What was found, printed; the exit code."""
    did = Counter((folder / "did").read_text().splitlines())
    told = answers(bridge)
    lost = [number for number in said if number not in told]
    twice, unsafe, false = [], [], []
    ends: Counter[str] = Counter()
    repeats = 0
    for number, text in said.items():
        name = "_".join(text[1:].split()[:2])
        texts = told.get(number, [])
        is_done = any("succeeded" in each for each in texts)
        is_abandoned = any("abandoned" in each for each in texts)
        ends["succeeded" if is_done else "abandoned" if is_abandoned else "otherwise"] += 1
        repeats += len(texts) > 1
        if name.endswith("once") and did[f"{name} began {number}"] > 1:
            twice.append(number)
        if name.endswith("safe") and not is_done:
            unsafe.append((number, texts))
        if is_done and not did[f"{name} ended {number}"]:
            false.append(number)
    again = sum(times - 1 for line, times in did.items() if " began " in line)
    print(
        f"{dict(ends)}; lost {len(lost)}; run twice that may not be {len(twice)}; idempotent "
        f"without success {len(unsafe)}; told and not done {len(false)}; told more than once "
        f"{repeats}; run again {again}"
    )
    for what, found in (("lost", lost), ("twice", twice), ("unsafe", unsafe), ("false", false)):
        if found:
            print(f"{what}: {found[:10]}")
    if lost or twice or unsafe or false:
        for log in folder.glob("*.log"):
            errors = [line for line in log.read_text().splitlines() if " ERROR " in line]
            print(f"{log.name}: {errors[-5:]}")
    return int(bool(lost or twice or unsafe or false))


if __name__ == "__main__":
    sys.exit(main())
