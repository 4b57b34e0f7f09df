"""Passwords in addresses, which are secrets whatever a schema says."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from chatops_cli.execution.needles import DEEPEST
from chatops_cli.model.json import Json

# Begins at `://`, and each part ends at a slash: never more than one pass over a text.
_CREDENTIALS = re.compile(r"://([^\s/:@]*)(?::([^\s/@]+))?@")
_TOKEN = 20
"""Characters from which what stands alone before the host of a web address is no name of a user."""


def address_secrets(value: Json, depth: int = 0) -> Iterator[str]:
    """The passwords of all ``scheme://user:password@host`` in texts of the value, and tokens alone.

    What is written with ``%`` in it counts as it means, too.
    """
    if isinstance(value, str):
        yield from _in_text(value)
    elif depth < DEEPEST and isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from address_secrets(item, depth + 1)


def _in_text(text: str) -> Iterator[str]:
    if "://" not in text or "@" not in text:
        return
    for found in _CREDENTIALS.finditer(text):
        user, password = found.groups()
        start = found.start()
        is_web = text[max(0, start - 5) : start].lower().endswith(("http", "https"))
        secret = password or (user if is_web and len(user) >= _TOKEN else "")
        if secret:
            yield secret
            yield unquote(secret)
