"""What a bridge carries: chatter and commands through one process, as rooms of many people do it.

`chatops bridge` runs with the adapter of JSON lines on pipes: 200 messages of ordinary talk and 20
commands that run `core.noop` each second. The ack of a command is the time from when its line is
written until its first reply is read: by then its claim, its request and its reply have been on
disk. Each command has to have its result, once. Then talk is written as fast as the bridge reads
it: its memory must not grow with the number of messages.

    python benchmarks/bench_bridge.py [--seconds 60] [--messages 100000] [--engine durable]

It exits with 1 where something was lost, or an aim missed in all tries (`--tries 3`): other work on
the machine, and its disk, show in the tail first.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

CHATTER, COMMANDS = 200, 20
"""Messages a second."""
ACK = 0.25
"""Seconds that 99 of 100 acks take at most."""
GROWTH = 1.1
"""How much more memory than after a tenth of the messages it may have in the end."""
SETTINGS = """\
packs: [packs]
bridge:
  networks:
    lines: {type: jsonl}
access:
  rules:
    - {effect: allow, who: ["jsonl::ann"], actions: [core.noop]}
"""
FILES = {
    "pack.yaml": "name: load\nversion: 1.0.0\ndescription: d\nauthor: a\nemail: a@example.org\n",
    "aliases/nothing.yaml": "name: nothing\naction_ref: core.noop\nformats: [do nothing]\n",
}
TALK = (
    "did anybody look at the graphs of last night?",
    "I'll be back in ten minutes",
    "that was the third time this week :(",
    "see https://example.org/wiki/runbooks#deploy, it says how",
)


@dataclass
class Bridge:
    """A bridge in a process, and when each of its replies came."""

    folder: Path
    process: "subprocess.Popen[bytes]"
    acks: dict[str, float] = field(default_factory=dict)
    results: Counter[str] = field(default_factory=Counter)

    @classmethod
    def start(cls, folder: Path, engine: str) -> "Bridge":
        for name, text in FILES.items():
            path = folder / "packs" / "load" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (folder / "chatops.yaml").write_text(f"engine: {{kind: {engine}}}\n{SETTINGS}")
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [
                    *(
                        sys.executable,
                        "-m",
                        "chatops_cli",
                        "--config",
                        str(folder / "chatops.yaml"),
                    ),
                    *("--home", str(folder / "home"), "bridge"),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        bridge = cls(folder, process)
        threading.Thread(target=bridge._read, daemon=True).start()
        return bridge

    def say(self, number: str, text: str) -> None:
        data = {"id": number, "user": "ann", "text": text, "room": "#ops"}
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(data).encode() + b"\n")
        self.process.stdin.flush()

    def until(self, number: int, seconds: float = 60) -> bool:
        """Waits until so many commands have their results."""
        deadline = time.monotonic() + seconds
        while len(self.results) < number:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    @property
    def memory(self) -> int:
        """Resident bytes."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def end(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(60)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            now = time.monotonic()
            post = json.loads(line)
            # The key is the line's name, network, workspace, the message's id, and a number.
            number = post["key"].split()[-2]
            self.acks.setdefault(number, now)
            if "succeeded" in post["text"]:
                self.results[number] += 1


def load(bridge: Bridge, seconds: float) -> list[float]:
    """Seconds until the ack of each command, while both are said at their rates."""
    start, said = time.monotonic(), {}
    total = int(seconds * (CHATTER + COMMANDS))
    every = (CHATTER + COMMANDS) // COMMANDS
    for number in range(total):
        pause = start + number / (CHATTER + COMMANDS) - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        if number % every:
            bridge.say(f"t{number}", TALK[number % len(TALK)])
        else:
            said[f"c{number}"] = time.monotonic()
            bridge.say(f"c{number}", "!do nothing")
    if not bridge.until(len(said)):
        print(f"lost: {sorted(said.keys() - bridge.results.keys())[:5]}")
        sys.exit(1)
    time.sleep(0.5)  # what would be said twice is said by then
    twice = [number for number, count in bridge.results.items() if count > 1]
    if twice or bridge.results.keys() - said.keys():
        print(f"said twice, or not asked for: {twice[:5]}")
        sys.exit(1)
    return sorted(bridge.acks[number] - time_said for number, time_said in said.items())


def growth(bridge: Bridge, messages: int) -> tuple[int, int, float]:
    """Resident bytes after a tenth of the messages and after all, and messages a second."""
    start, first = time.monotonic(), 0
    for number in range(messages):
        bridge.say(f"g{number}", TALK[number % len(TALK)])
        if number == messages // 10:
            first = _settled(bridge, f"a{number}")
    last = _settled(bridge, "last")
    return first, last, messages / (time.monotonic() - start)


def _settled(bridge: Bridge, name: str) -> int:
    """Its memory once all that was said before has been read."""
    before = len(bridge.results)
    bridge.say(name, "!do nothing")
    if not bridge.until(before + 1):
        print("lost: the last command")
        sys.exit(1)
    return bridge.memory


def measure(folder: Path, engine: str, seconds: float, messages: int) -> bool:
    """Prints what was found; whether the aims are met."""
    bridge = Bridge.start(folder, engine)
    try:
        bridge.say("first", "!do nothing")
        if not bridge.until(1):
            print((folder / "log").read_text())
            sys.exit(1)
        bridge.results.clear()
        acks = load(bridge, seconds)
        p50, p99 = median(acks), acks[int(len(acks) * 0.99)]
        print(
            f"{len(acks)} commands at {COMMANDS}/s in {CHATTER}/s of talk: ack p50 "
            f"{p50 * 1e3:.1f} ms, p99 {p99 * 1e3:.1f} ms (aim {ACK * 1e3:.0f}), "
            f"longest {acks[-1] * 1e3:.0f} ms"
        )
        first, last, rate = growth(bridge, messages)
        print(
            f"memory after {messages // 10:,} messages {first / 1e6:.1f} MB, after {messages:,} "
            f"{last / 1e6:.1f} MB: {last / first:.2f} x (aim {GROWTH} x); {rate:,.0f} read a second"
        )
        code = bridge.end()
    finally:
        bridge.process.kill()
    print(f"exit code {code}")
    return code == 0 and p99 <= ACK and last / first <= GROWTH


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("inline", "durable"), default="inline")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--tries", type=int, default=3)
    arguments = parser.parse_args()
    for _ in range(arguments.tries):
        # On the disk that projects are on: a folder in memory would flatter it.
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
            if measure(Path(folder), arguments.engine, arguments.seconds, arguments.messages):
                return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
