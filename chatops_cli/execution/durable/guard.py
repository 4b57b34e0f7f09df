"""A process beside an executor that ends what the executor's actions have started, if it dies.

A program that is killed can't tidy up, and its actions would go on while others take them for
ended, and perhaps run them again. The guard waits for the end of its standard input, which the
kernel closes however the executor ends.
"""

import subprocess
import sys

from chatops_cli.runners.leftovers import end_marked

VARIABLE = "CHATOPS_EXECUTOR"
"""The variable in the environment of actions that holds the name of their executor."""


class Guard:
    """The guard of the executor `name`, from now until `close`."""

    def __init__(self, name: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            # Out of the group: what is sent to all of it, as by Ctrl-C, is for the others.
            start_new_session=True,
        )

    def close(self) -> None:
        """It looks once more, and is gone."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def main(name: str) -> None:
    """Waits for the end of standard input, then ends what runs for this executor."""
    sys.stdin.buffer.read()
    end_marked(VARIABLE, [name])


if __name__ == "__main__":
    main(sys.argv[1])
