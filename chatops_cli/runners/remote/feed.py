"""Shell text that a host is to run, and the line that makes it run what comes in by stdin.

The line is the same for every text: nothing of the text shows in a process list, there or here.
"""

import re
import shlex
from collections.abc import Iterator

from chatops_cli.errors import RunnerError
from chatops_cli.model.frozen import frozen
from chatops_cli.runners.contract import Call
from chatops_cli.runners.environment import action_variables
from chatops_cli.runners.process import MARK
from chatops_cli.runners.shell import elevate, encode

EVAL = 'shift;t=$(cat;echo .);exec </dev/null;eval "unset t;${t%.}"'
"""For a shell's ``-c``: all that comes in is run, and finds its own stdin empty."""

CHOOSE = (
    "s=${SHELL:-/bin/sh};case ${s##*/} in bash|zsh|ksh|mksh|dash|ash|sh);;*)s=/bin/sh;;esac;"
    'exec "$s" -c "$1" "${s##*/}" "$2"'
)
"""Runs that in the account's shell, or in sh where that is none that reads such text (fish, csh).

Source: StackStorm, remote runner: the account's shell runs the line."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@frozen
class Feed:
    """What to ask of a host: a `line` for its shell, and what it reads."""

    line: str
    stdin: bytes


@frozen
class Rights:
    """As whom text runs there: as the account, or by sudo as root."""

    sudo: bool = False
    password: str = ""


def read_rights(call: Call) -> Rights:
    """As whom the action wants to run."""
    password = call.runner_parameters.get("sudo_password")
    return Rights(
        sudo=call.runner_parameters.get("sudo") is True,
        password=password if isinstance(password, str) else "",
    )


def feed(text: str, mark: str, rights: Rights) -> Feed:
    """`text` for the account's shell, for bash under sudo.

    All that it starts has `mark` in its environment.

    Raises:
        RunnerError: The text holds what no program can be given.
    """
    if rights.sudo:
        return _elevated(("bash", "-c", EVAL, "bash", mark), text, mark, rights)
    words = ("exec", "env", f"{MARK}={mark}", "/bin/sh", "-c", CHOOSE, "sh", EVAL, mark)
    return Feed(line=shlex.join(words), stdin=encode(text))


def feed_plainly(text: str, mark: str, rights: Rights) -> Feed:
    """The same for text of ours, which any sh reads the same way."""
    words = ("/bin/sh", "-c", EVAL, "sh", mark)
    if rights.sudo:
        return _elevated(words, text, mark, rights)
    return Feed(line=shlex.join(("exec", *words)), stdin=encode(text))


def _elevated(words: tuple[str, ...], text: str, mark: str, rights: Rights) -> Feed:
    words, stdin = elevate(words, encode(text), rights.password)
    return Feed(line=shlex.join(("exec", "env", f"{MARK}={mark}", *words)), stdin=stdin)


def preamble(call: Call) -> str:
    """The text that comes before an action's own: its environment, and its folder.

    Source: StackStorm, remote action: exports, then ``cd``. **Ours**: a folder that can't be
    entered ends it, also where the command has several lines.

    Raises:
        RunnerError: A variable has a name that shells don't know, or a value with a NUL byte.
    """
    return "".join(f"{line}\n" for line in _preamble(call))


def _preamble(call: Call) -> Iterator[str]:
    for name, value in action_variables(call).items():
        if not _VARIABLE.fullmatch(name):
            raise RunnerError(
                f"{call.action.ref}: env names a variable that no shell can set: {name!r}",
                hint="letters, digits and _ make a name",
            )
        if "\0" in value:
            raise RunnerError(f"{call.action.ref}: the variable {name} holds a NUL byte")
        yield f"export {name}={shlex.quote(value)}"
    folder = call.runner_parameters.get("cwd")
    if isinstance(folder, str) and folder:
        if "\0" in folder:
            raise RunnerError(f"{call.action.ref}: cwd holds a NUL byte, which no folder can")
        yield f"CDPATH= cd -- {shlex.quote(folder)} || exit 1"
