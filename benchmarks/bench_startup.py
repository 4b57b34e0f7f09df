"""What starting costs: CPU time of fresh processes, beside the smallest Python and a Typer app.

Minimum of interleaved rounds, user and system time of the process and its children. A run's action
(a shell and `df`) is measured beside it, as the budget leaves it out. On a terminal it is the time
until the line can be seen (Linux only), beside that of the smallest prompt of prompt-toolkit.
"""

import argparse
import os
import pty
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

PYTHON = sys.executable
CHATOPS = [PYTHON, "-c", "from chatops_cli.cli.main import main; main()"]
"""What the console script does."""
PACK = str(Path(__file__).parents[1] / "packs" / "core" / "pack.yaml")
TYPER = "import typer; app = typer.Typer(); app.command()(lambda: None); app()"
PROMPT = "import asyncio; from prompt_toolkit import PromptSession; "
PROMPT += "asyncio.run(PromptSession('> ').prompt_async())"
ON_TERMINAL = {
    "prompt-toolkit's own prompt": [PYTHON, "-c", PROMPT],
    "repl, the line on a terminal": [*CHATOPS, "repl"],
}
BUDGETS = {
    "--help": 75,
    "--version": 75,
    "run, plain template": 125,
    "run, Jinja template": 125,
    "repl": 160,
    "repl, the line on a terminal": 160,
    "validate one file": 100,
}
"""CPU milliseconds; the action's own process is on top for a run."""


def cpu(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Milliseconds of CPU time that the command and its children took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command, env=environment, check=True, capture_output=True, stdin=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def cpu_until_prompt(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Milliseconds of CPU time until its main thread has drawn a line with a ``>`` in it."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(command[0], list(command), environment)
    drawn, taken = b"", 0.0
    while not taken:
        drawn += os.read(terminal, 65_536)
        if b">" in drawn:
            taken = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(terminal)
    return taken


def main() -> None:
    """Prints one line a command: milliseconds, the ratio to the smallest Python, the budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "CHATOPS_HOME": home, "NO_COLOR": "1"}
        # An installed program has its byte code; a run that may not write it would compile anew.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        commands: dict[str, list[str]] = {
            "python -S -c pass": [PYTHON, "-S", "-c", "pass"],
            "a Typer app of one command": [PYTHON, "-c", TYPER],
            "--version": [*CHATOPS, "--version"],
            "--help": [*CHATOPS, "--help"],
            "run --help": [*CHATOPS, "run", "--help"],
            "run --dry-run": [*CHATOPS, "run", "--dry-run", "disk usage on /"],
            "run, plain template": [*CHATOPS, "run", "example greet Ann"],
            "run, Jinja template": [*CHATOPS, "run", "disk usage on /"],
            "alias match": [*CHATOPS, "alias", "match", "disk usage on /"],
            "action run core.noop": [*CHATOPS, "action", "run", "core.noop"],
            "repl": [*CHATOPS, "repl"],
            "validate one file": [*CHATOPS, "validate", PACK],
            "the action's own process": ["/bin/sh", "-c", "df -P -k / | tail -n 1"],
        }
        subprocess.run(
            commands["run, Jinja template"], env=environment, check=True, capture_output=True
        )
        best = dict.fromkeys([*commands, *ON_TERMINAL], float("inf"))
        for _ in range(rounds):
            for name, command in ON_TERMINAL.items():
                best[name] = min(best[name], cpu_until_prompt(command, environment))
            for name, command in commands.items():
                best[name] = min(best[name], cpu(command, environment))
    floor = best["python -S -c pass"]
    print(f"{'CPU of a fresh process':30} {'ms':>7} {'ratio':>7}  budget")
    for name, milliseconds in best.items():
        budget = f"{BUDGETS[name]} ms" if name in BUDGETS else ""
        print(f"{name:30} {milliseconds:7.1f} {milliseconds / floor:6.1f}x  {budget}")


if __name__ == "__main__":
    main()
