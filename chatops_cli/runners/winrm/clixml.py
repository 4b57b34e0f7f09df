"""What PowerShell writes to stderr for other programs: CLIXML, made readable.

Source: MS-PSRP, 2.2.5: a text is ``<S S="Error">``, a character that XML doesn't like ``_xHHHH_``.
"""

import re
from html import unescape

MARK = "#< CLIXML"
ERROR = re.compile(r'<S S="(?:Error|Warning)">([^<]*)</S>')
UNITS = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")


def readable(stderr: str) -> str:
    """Its errors and warnings in words; what PowerShell says of its progress goes.

    Text that is no CLIXML stays as it is.
    """
    if not stderr.startswith(MARK):
        return stderr
    found = (unescape(text) for text in ERROR.findall(stderr))
    return "".join(UNITS.sub(_characters, text) for text in found).rstrip()


def _characters(units: re.Match[str]) -> str:
    """The characters that a row of UTF-16 units means."""
    data = bytes.fromhex(units[0].replace("_x", "").replace("_", ""))
    return data.decode("utf-16-be", errors="replace")
