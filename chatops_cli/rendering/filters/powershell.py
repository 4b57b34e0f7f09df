"""Values as PowerShell text; ours.

Source: PowerShell's language specification, 2.3.5.2 (string literals): in a verbatim string only
quotation marks mean something, among them four typographic ones, and two of them are one.
"""

import re
from collections.abc import Mapping

QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")


def powershell_quote(value: object) -> str:
    """The value as PowerShell text that means it, and nothing else: a text, number, list or table.

    Raises:
        ValueError: A text has a NUL in it.
    """
    match value:
        case None:
            return "$null"
        case bool():
            return "$true" if value else "$false"
        case int() | float():
            return repr(value)
        case list() | tuple():
            return f"@({', '.join(map(powershell_quote, value))})"
        case Mapping():
            pairs = (
                f"{powershell_quote(str(key))} = {powershell_quote(item)}"
                for key, item in value.items()
            )
            return "@{" + "; ".join(pairs) + "}"
        case _:
            text = str(value)
            if "\0" in text:
                raise ValueError("PowerShell takes no text with a NUL in it")
            return "'" + QUOTES.sub(lambda quote: quote[0] * 2, text) + "'"
