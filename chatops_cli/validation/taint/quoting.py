"""What is open in a shell line at some place: a quote that quoting there would close."""

import re

_TOKEN = re.compile(r"\\.|['\"]", re.DOTALL)


def open_quote(before: str) -> str:
    """The quote that is open behind a piece of a shell line; empty where there is none.

    Source: POSIX.1-2024, Shell Command Language, 2.2: nothing escapes between single quotes.
    """
    quote = ""
    for found in _TOKEN.finditer(before):
        sign = found[0]
        if len(sign) > 1:
            # The backslash is a plain character between single quotes, and what follows may end it.
            if quote == "'" and sign[1] == "'":
                quote = ""
            continue
        if not quote:
            quote = sign
        elif quote == sign:
            quote = ""
    return quote


def is_in_authority(before: str) -> bool:
    """Whether what follows a piece of a URL still says whom the request goes to."""
    scheme, mark, rest = before.partition("://")
    if not mark:
        return not any(sign in scheme for sign in "/?#")
    return not any(sign in rest for sign in "/?#")
