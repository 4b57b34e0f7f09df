"""`chatops execution`: end executions, of workflows or not, wherever they run."""

import typer

from chatops_cli.cli.continuing import cancel

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="End executions that run or wait.",
    epilog="Example: chatops execution cancel 3f2a",
)


@app.callback()
def group() -> None:
    """End executions that run or wait."""


app.command("cancel", epilog="Example: chatops execution cancel 3f2a")(cancel)
