"""Options that several commands have: one spelling, one help, one check."""

from math import isfinite
from typing import Annotated

import typer

from chatops_cli.cli.completion import pack_names
from chatops_cli.cli.invocation import LEAST_TIMEOUT


def check_timeout(seconds: float | None) -> float | None:
    """A time limit that an action can have; ``nan`` and ``inf`` are numbers to Typer."""
    if seconds is not None and not isfinite(seconds):
        raise typer.BadParameter(f"{seconds} is no number of seconds; leave it out for no limit")
    return seconds


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one value a line.")]
OfPack = Annotated[
    str,
    typer.Option(help="Only those of this pack.", autocompletion=pack_names, metavar="PACK"),
]
AsUser = Annotated[
    str, typer.Option("--as", help="Speak as this person of the network 'local'.", metavar="NAME")
]
InRoom = Annotated[str, typer.Option("--room", help="The room it is said in.", metavar="ROOM")]
Timeout = Annotated[
    float | None,
    typer.Option(
        min=LEAST_TIMEOUT,
        callback=check_timeout,
        help="Seconds the action may take; the shorter limit holds.",
        metavar="SECONDS",
    ),
]
Stream = Annotated[bool, typer.Option("--stream", help="Show output as it arrives, on stderr.")]
