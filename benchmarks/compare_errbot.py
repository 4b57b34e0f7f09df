"""A command's way through the bridge, beside the same through Errbot's own test backend.

Both are said a command that does nothing, one after the other, and then talk that is for nobody.
They don't do the same: the bridge is a process behind pipes, and has claim, decision, request, end
and reply on disk before a command is answered; Errbot answers from memory, in its own process. The
figures say what that costs. Errbot is not among our dependencies: it is looked for in the
interpreter that `--errbot` names, with errbot and pytest installed.

    python benchmarks/compare_errbot.py --errbot VENV/bin/python [--commands 500] [--talk 20000]

It does nothing where Errbot is missing.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.bench_bridge import TALK, Bridge

THEIRS = """
import json, sys, time
from errbot.backends.test import TestBot

commands, talk, lines = int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
bot = TestBot(extra_config={"BOT_DATA_DIR": sys.argv[4], "CORE_PLUGINS": ("Utils",)})
bot.start()
bot.push_message("!whoami")
bot.pop_message(timeout=20)
took = []
for _ in range(commands):
    began = time.perf_counter()
    bot.push_message("!whoami")
    bot.pop_message(timeout=20)
    took.append(time.perf_counter() - began)
began = time.perf_counter()
for number in range(talk):
    bot.push_message(lines[number % len(lines)])
bot.push_message("!whoami")
bot.pop_message(timeout=120)
rate = talk / (time.perf_counter() - began)
print("FOUND " + json.dumps([took, rate]), flush=True)
bot.stop()
"""


def theirs(python: str, commands: int, talk: int) -> tuple[list[float], float] | None:
    """Seconds of each command, and talk a second; None where Errbot isn't there."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [python, "-c", THEIRS, str(commands), str(talk), json.dumps(TALK), folder],
            capture_output=True,
            text=True,
            cwd=folder,
            check=False,
            timeout=600,
        )
    for line in done.stdout.splitlines():
        if line.startswith("FOUND "):
            took, rate = json.loads(line.removeprefix("FOUND "))
            return took, rate
    print(f"no Errbot there:\n{done.stderr[-500:]}")
    return None


def ours(commands: int, talk: int) -> tuple[list[float], float]:
    """The same of the bridge."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        bridge = Bridge.start(Path(folder), "inline")
        try:
            bridge.say("first", "!do nothing")
            bridge.until(1)
            took = []
            for number in range(commands):
                began = time.perf_counter()
                bridge.say(f"c{number}", "!do nothing")
                while f"c{number}" not in bridge.results:
                    time.sleep(0.0002)
                took.append(time.perf_counter() - began)
            began = time.perf_counter()
            for number in range(talk):
                bridge.say(f"t{number}", TALK[number % len(TALK)])
            bridge.say("last", "!do nothing")
            bridge.until(commands + 2, 120)
            rate = talk / (time.perf_counter() - began)
            bridge.end()
        finally:
            bridge.process.kill()
    return took, rate


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errbot", required=True, help="an interpreter that has Errbot")
    parser.add_argument("--commands", type=int, default=500)
    parser.add_argument("--talk", type=int, default=20_000)
    arguments = parser.parse_args()
    their = theirs(arguments.errbot, arguments.commands, arguments.talk)
    if their is None:
        return 0
    our = ours(arguments.commands, arguments.talk)
    for name, (times, rate) in (("errbot", their), ("chatops", our)):
        took = sorted(times)
        print(
            f"{name:8} a command p50 {median(took) * 1e3:6.2f} ms, p99 "
            f"{took[int(len(took) * 0.99)] * 1e3:6.2f} ms; talk {rate:8,.0f} a second"
        )
    print(
        f"chatops takes {median(our[0]) / median(their[0]):.2f} x the time for a command, and "
        f"reads {our[1] / their[1]:.2f} x the talk"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
