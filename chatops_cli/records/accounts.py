"""Accounts: which principals are one human. Small documents, and codes that link one more.

A code is known to whoever asked for it at the terminal, and typed in the room by the principal that
is to be linked. On disk is its hash; it counts once, for some minutes, for the account that it was
made for.
"""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, NotFoundError, RecordError
from chatops_cli.model.chat import Principal
from chatops_cli.model.frozen import frozen
from chatops_cli.records.documents import Documents

if TYPE_CHECKING:
    from tinydb import TinyDB

FILE, CODES = "accounts.json", "account-codes.json"
"""Files in the state folder."""
MINUTES = 10
"""How long a code counts."""
OUTSTANDING = 5
"""Codes that count at a time; the oldest go."""

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_LENGTH = 10
_TABLE = "accounts"


@frozen
class Link:
    """A principal that belongs to an account, and since when."""

    account: str
    principal: Principal
    linked: str


class Accounts:
    """The accounts in a state folder; methods raise `RecordError` where a file can't be used.

    Args:
        home: The state folder.
        clock: The time, aware UTC.
    """

    def __init__(self, home: Path, *, clock: Callable[[], datetime]) -> None:
        self._links = Documents(home / FILE)
        self._codes = Documents(home / CODES)
        self._clock = clock

    def all(self) -> tuple[Link, ...]:
        """All links, those of one account together."""
        with self._links.reading() as database:
            found = [_link(document) for document in database.table(_TABLE).all()]
        return tuple(sorted(found, key=lambda link: (link.account, link.linked)))

    def of(self, account: str) -> tuple[Link, ...]:
        """The links of an account.

        Raises:
            NotFoundError: It has none.
        """
        found = tuple(link for link in self.all() if link.account == account)
        if not found:
            raise NotFoundError(f"nobody is linked to the account {account!r}")
        return found

    def new_code(self, account: str) -> str:
        """A code that links one principal to this account."""
        import secrets

        code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        salt, now = secrets.token_hex(16), self._clock()
        document = {
            "account": account,
            "salt": salt,
            "hash": _hash(code, salt),
            "expires": (now + timedelta(minutes=MINUTES)).isoformat(),
        }
        with self._codes.changing() as database:
            kept = [each for each in database.table(_TABLE).all() if not _is_over(each, now)]
            database.drop_table(_TABLE)
            for each in kept[-(OUTSTANDING - 1) :]:
                database.table(_TABLE).insert(dict(each))
            database.table(_TABLE).insert(document)
        return f"{code[:5]}-{code[5:]}"

    def redeem(self, code: str) -> str:
        """The account that the code is for; it counts no more.

        Raises:
            ChatOpsError: There is no such code, or its time is over; nobody learns which.
        """
        import hmac

        plain, now = code.replace("-", "").upper(), self._clock()
        found = None
        with self._codes.changing() as database:
            table = database.table(_TABLE)
            for each in table.all():
                # All are compared, so that the time it takes tells nothing.
                is_it = hmac.compare_digest(_hash(plain, str(each["salt"])), str(each["hash"]))
                if is_it and not _is_over(each, now):
                    found = str(each["account"])
                if is_it or _is_over(each, now):
                    table.remove(doc_ids=[each.doc_id])
        if found is None:
            raise ChatOpsError(
                "this code links nothing: it is wrong, used, or too old",
                hint="make a new one: chatops account link",
            )
        return found

    def link(self, account: str, principal: Principal) -> None:
        """The principal belongs to the account from now on.

        Raises:
            ChatOpsError: It belongs to another.
        """
        with self._links.changing() as database:
            table = database.table(_TABLE)
            for each in table.all():
                if not _is_for(each, principal):
                    continue
                if each["account"] != account:
                    raise ChatOpsError(
                        f"{principal} is linked to another account",
                        hint=f"end that first: chatops account unlink {each['account']}",
                    )
                return
            table.insert(
                {
                    "account": account,
                    "network": principal.network,
                    "workspace": principal.workspace,
                    "user": principal.user,
                    "linked": self._clock().isoformat(timespec="seconds"),
                }
            )

    def unlink(self, account: str, principals: tuple[Principal, ...]) -> None:
        """These principals belong to the account no more."""
        with self._links.changing() as database:
            _remove(database, account, principals)


class AccountNames:
    """Which account a principal belongs to: read again when the file has changed."""

    def __init__(self) -> None:
        self._stamp: tuple[int, int, int] | None = None
        self._names: dict[tuple[str, str, str], str] = {}

    def of(self, home: Path, principal: Principal) -> str:
        """The account's name, empty where there is none.

        Raises:
            RecordError: The file can't be read: then nobody can say who somebody is.
        """
        try:
            found = os.stat(f"{home}/{FILE}")  # noqa: PTH116  # twice for each message: text
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except OSError as error:
            raise RecordError(f"{home / FILE} cannot be read: {error.strerror}") from error
        stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
        if stamp != self._stamp:
            with Documents(home / FILE).reading() as database:
                links = [_link(each) for each in database.table(_TABLE).all()]
            self._names = {_key(link.principal): link.account for link in links}
            self._stamp = stamp
        return self._names.get(_key(principal), "")


def _key(principal: Principal) -> tuple[str, str, str]:
    return principal.network, principal.workspace, principal.user


def _link(document: dict[str, object]) -> Link:
    """A link; somebody may have edited the file, so what isn't there is empty, and is nobody."""
    principal = Principal(
        network=str(document.get("network", "")),
        workspace=str(document.get("workspace", "")),
        user=str(document.get("user", "")),
    )
    return Link(
        account=str(document.get("account", "")),
        principal=principal,
        linked=str(document.get("linked", "")),
    )


def _is_for(document: dict[str, object], principal: Principal) -> bool:
    return _key(_link(document).principal) == _key(principal)


def _is_over(document: dict[str, object], now: datetime) -> bool:
    try:
        return datetime.fromisoformat(str(document["expires"])) <= now
    except (KeyError, ValueError, TypeError):
        return True


def _remove(database: "TinyDB", account: str, principals: tuple[Principal, ...]) -> None:
    table = database.table(_TABLE)
    keys = {_key(each) for each in principals}
    ids = [
        each.doc_id
        for each in table.all()
        if each.get("account") == account and _key(_link(each).principal) in keys
    ]
    table.remove(doc_ids=ids)


def _hash(code: str, salt: str) -> str:
    from hashlib import scrypt

    return scrypt(code.encode(), salt=salt.encode(), n=2**13, r=8, p=1).hex()
