"""A command line of an action, run on its host and told as an outcome."""

from chatops_cli.runners.contract import Call, OnOutput, Outcome
from chatops_cli.runners.limit import read_timeout
from chatops_cli.runners.winrm.clixml import readable
from chatops_cli.runners.winrm.job import Done, make_job
from chatops_cli.runners.winrm.login import read_login
from chatops_cli.runners.winrm.outcome import make_outcome
from chatops_cli.runners.winrm.parameters import TIMEOUT
from chatops_cli.runners.winrm.session import run_there


async def run_line(
    call: Call, line: str, stdin: bytes = b"", *, is_powershell: bool = False
) -> Outcome:
    """Runs `line` there. What PowerShell writes to stderr is told when it is whole, in words.

    Raises:
        RunnerError: The host could not be used; nothing was started there.
    """
    seconds = read_timeout(call, TIMEOUT)
    on_output = call.on_output
    done = await run_there(
        read_login(call),
        make_job(call, line, stdin),
        seconds=seconds,
        output_limit=call.output_limit,
        on_output=_only_stdout(on_output) if on_output and is_powershell else on_output,
    )
    if on_output is not None and is_powershell:
        _tell_errors(done, on_output)
    return make_outcome(done, seconds)


def _only_stdout(on_output: OnOutput) -> OnOutput:
    def tell(stream: str, chunk: bytes) -> None:
        if stream == "stdout":
            on_output(stream, chunk)

    return tell


def _tell_errors(done: Done, on_output: OnOutput) -> None:
    if said := readable(done.stderr.text()):
        on_output("stderr", said.encode())
