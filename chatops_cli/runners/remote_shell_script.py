"""``remote-shell-script``: a script of the pack on other machines, by SSH.

It is copied by SFTP, with the folder ``lib`` beside it if there is one, into a folder of its own in
``dir``, run, and removed; also after a timeout, an error or a cancellation. Its arguments are those
of ``local-shell-script``, its result is that of ``remote-shell-cmd``.

Secrets: with a secret among the parameters, a shell or Python script gets all its arguments by
stdin: they show in no process list. Any other program can only be given arguments that the host's
process list shows.

Source: StackStorm, ``contrib/runners/remote_runner``.
"""

import shlex
from dataclasses import replace
from pathlib import Path

from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.entry_point import Script, find_entry_point, read_script
from chatops_cli.runners.extra import require_extra
from chatops_cli.runners.limit import read_timeout
from chatops_cli.runners.remote.parameters import FOLDER, PARAMETERS, TIMEOUT
from chatops_cli.runners.script_arguments import feed_script, has_secrets, script_arguments

__all__ = ("PARAMETERS", "run")

_END = "end-of-arguments"


async def run(call: Call) -> Outcome:
    """Runs the script on each host. See the module for its arguments and the result.

    Raises:
        RunnerError: There is no such script, no host, or no way to log in anywhere.
    """
    require_extra("remote-shell-script")
    from chatops_cli.runners.remote.feed import preamble, read_rights
    from chatops_cli.runners.remote.fleet import run_everywhere
    from chatops_cli.runners.remote.folder import Folder
    from chatops_cli.runners.remote.visit import Task

    script = replace(read_script(find_entry_point(call.action)), is_executable=True)
    arguments = script_arguments(call)
    is_hidden = has_secrets(call)
    before = preamble(call)
    parent = call.runner_parameters.get("dir")
    task = Task(
        text=lambda path: before + _command(replace(script, path=path), arguments, is_hidden),
        rights=read_rights(call),
        seconds=read_timeout(call, TIMEOUT),
        output_limit=call.output_limit,
        folder=Folder(
            script=Path(script.path),
            parent=parent if isinstance(parent, str) and parent else FOLDER,
            name=call.execution_id,
        ),
    )
    return await run_everywhere(call, task)


def _command(script: Script, arguments: tuple[str, ...], is_hidden: bool) -> str:
    """The text that runs the script; its arguments are in a here-document if they are hidden."""
    fed = feed_script(script, arguments) if is_hidden else None
    if fed is None:
        return shlex.join((script.path, *arguments))
    words, stdin = fed
    text = stdin.decode(errors="surrogateescape")
    end = _END
    while end in text:
        end += "-"
    return f"{shlex.join(words)} <<'{end}'\n{text}\n{end}\n"
