"""`chatops account`: which ids of chat networks are one human."""

from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.options import AsJson
from chatops_cli.cli.output import print_json, print_note, print_table, print_text
from chatops_cli.cli.session import settings_of, user_name
from chatops_cli.errors import ExitCode

if TYPE_CHECKING:
    from chatops_cli.model.chat import Principal
    from chatops_cli.records.accounts import Accounts, Link
    from chatops_cli.records.events import Event
    from chatops_cli.settings.values import Settings

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Link ids of chat networks to accounts, list and unlink them.",
    epilog="Example: chatops account link ann",
)


def account_names(ctx: typer.Context, incomplete: str) -> list[str]:
    """The accounts, for completion."""
    names = {link.account for link in _accounts(settings_of(ctx)).all()}
    return sorted(name for name in names if name.startswith(incomplete))


Account = Annotated[
    str,
    typer.Argument(help="The account's name.", metavar="ACCOUNT", autocompletion=account_names),
]


@app.command("link", epilog="Example: chatops account link ann")
def link(
    ctx: typer.Context,
    account: Annotated[
        str, typer.Argument(help="The account; you, unless said.", metavar="[ACCOUNT]")
    ] = "",
) -> int:
    """Make a code that links whoever types it in a chat room to the account, once."""
    from chatops_cli.errors import ParameterError
    from chatops_cli.records.accounts import MINUTES
    from chatops_cli.records.events import AccountCode

    settings = settings_of(ctx)
    name = account or user_name()
    if not name.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise ParameterError(f"{name!r} can't be an account: write letters, digits, '-', '_', '.'")
    _record(settings, AccountCode(account=name, principal=_principal()))
    code = _accounts(settings).new_code(name)
    print_text(code)
    prefix = settings.bot_prefix or f"@{settings.bot_name} "
    print_note(f"say to the bot within {MINUTES} minutes, best in a direct message:")
    print_note(f"  {prefix}account link {code}")
    return ExitCode.OK


@app.command("list", epilog="Example: chatops account list --json")
def list_accounts(ctx: typer.Context, *, as_json: AsJson = False) -> int:
    """List the accounts with their ids."""
    return _shown(_accounts(settings_of(ctx)).all(), as_json=as_json)


@app.command("show", epilog="Example: chatops account show ann")
def show(ctx: typer.Context, account: Account, *, as_json: AsJson = False) -> int:
    """Show the ids of an account."""
    return _shown(_accounts(settings_of(ctx)).of(account), as_json=as_json)


@app.command("unlink", epilog="Example: chatops account unlink ann slack:T1:U1")
def unlink(
    ctx: typer.Context,
    account: Account,
    principals: Annotated[
        list[str] | None,
        typer.Argument(help="The ids, network:workspace:user; all of them unless said."),
    ] = None,
) -> int:
    """Unlink ids from an account; what they may do by it, they may no more."""
    from chatops_cli.errors import NotFoundError
    from chatops_cli.records.events import AccountUnlinked

    settings = settings_of(ctx)
    accounts = _accounts(settings)
    found = accounts.of(account)
    chosen = [each for each in found if not principals or str(each.principal) in principals]
    missing = {*(principals or ())} - {str(each.principal) for each in chosen}
    if missing:
        raise NotFoundError(f"{', '.join(sorted(missing))}: not linked to {account}")
    for each in chosen:
        _record(
            settings,
            AccountUnlinked(account=account, principal=each.principal, by=_principal()),
        )
    accounts.unlink(account, tuple(each.principal for each in chosen))
    for each in chosen:
        print_note(f"unlinked {each.principal} from {account}")
    return ExitCode.OK


def _shown(links: "tuple[Link, ...]", *, as_json: bool) -> int:
    if as_json:
        for each in links:
            print_json(
                {
                    "account": each.account,
                    "principal": str(each.principal),
                    "linked": each.linked,
                }
            )
    elif links:
        rows = ([each.account, str(each.principal), each.linked] for each in links)
        print_table(("ACCOUNT", "PRINCIPAL", "LINKED"), rows)
    else:
        print_note("nobody is linked to an account")
    return ExitCode.OK


def _accounts(settings: "Settings") -> "Accounts":
    from chatops_cli.records.accounts import Accounts
    from chatops_cli.room.opening import now

    return Accounts(settings.home, clock=now)


def _principal() -> "Principal":
    """Who is at the terminal."""
    from chatops_cli.model.chat import Principal
    from chatops_cli.model.network import LOCAL

    return Principal(network=LOCAL, user=user_name())


def _record(settings: "Settings", event: "Event") -> None:
    from chatops_cli.records.audit import AuditLog
    from chatops_cli.records.journal import AUDIT
    from chatops_cli.room.opening import now

    log = AuditLog(settings.home / AUDIT, clock=now, rotate_at=settings.audit_file_limit)
    log.append(event, sync=True)
