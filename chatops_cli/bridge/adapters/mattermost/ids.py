"""Ids as the server makes them: they stand in addresses, so nothing else may."""

import re

from chatops_cli.bridge.contract import UndeliverableError

_ID = re.compile(r"[a-z0-9]{26}")


def number_of(text: str) -> str:
    """An id, which stands in an address.

    Raises:
        UndeliverableError: It is none.
    """
    if not _ID.fullmatch(text):
        raise UndeliverableError(
            f"{text!r} is no id of Mattermost", hint="a channel's id is at the bottom of View Info"
        )
    return text
