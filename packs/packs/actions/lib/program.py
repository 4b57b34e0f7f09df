"""The program that runs this action, called with the settings that it has itself."""

import json
import subprocess
import sys


def call(*words, operands=()):
    """Whether ``chatops pack WORDS`` succeeded, the objects that it printed, and its error."""
    # -P: what lies in the working folder is not the program.
    line = [sys.executable, "-P", "-m", "chatops_cli", "pack", *words, "--json", "--", *operands]
    done = subprocess.run(
        line, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False
    )
    printed = [json.loads(text) for text in done.stdout.splitlines() if text.startswith("{")]
    return done.returncode == 0, printed, explained(done.stderr)


def explained(said):
    """What went wrong, without the marks of a terminal; empty where no error is told."""
    lines = [line for line in said.splitlines() if line.strip()]
    first = next((i for i, line in enumerate(lines) if line.startswith("error: ")), len(lines))
    return "\n".join(lines[first:]).removeprefix("error: ").replace("\nhint: ", "; ")
