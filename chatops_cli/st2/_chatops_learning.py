"""What a worker learns of the actions that it forks: which of Python's own modules they import.

A worker that has imported `json` or `datetime` itself spares every further process that: ten
milliseconds, for half a one that a larger fork takes. What it is told is names, and it believes
only those of `KNOWN`: modules whose import does the same in whichever folder and environment, and
starts nothing. No module of a pack nor of its packages is ever loaded here.
"""

import os
import sys

KNOWN = frozenset(
    (
        *("__future__", "argparse", "ast", "base64", "binascii", "bisect", "calendar"),
        *("collections", "collections.abc", "configparser", "contextlib", "copy", "csv"),
        *("dataclasses", "datetime", "decimal", "difflib", "email", "email.message"),
        *("email.mime.multipart", "email.mime.text", "email.utils", "enum", "errno"),
        *("fnmatch", "functools", "getpass", "glob", "gzip", "hashlib", "hmac", "html"),
        *("http.client", "http.cookiejar", "inspect", "io", "ipaddress", "itertools"),
        *("json", "json.decoder", "json.encoder", "logging", "math", "numbers", "operator"),
        *("pathlib", "platform", "pprint", "queue", "random", "re", "secrets", "select"),
        *("selectors", "shlex", "shutil", "signal", "smtplib", "socket", "ssl", "stat"),
        *("string", "struct", "subprocess", "tempfile", "textwrap", "threading", "time"),
        *("traceback", "types", "typing", "urllib", "urllib.error", "urllib.parse"),
        *("urllib.request", "uuid", "warnings", "weakref", "xml.etree.ElementTree"),
        *("zipfile", "zlib"),
    )
)
CHUNK = 4096
"""Bytes that a pipe takes whole or not at all; all of `KNOWN` is less."""


def tell(teach: int, loaded: "frozenset[str]") -> None:
    """The worker hears what of `KNOWN` has been loaded since; in the process of an action."""
    names = [name for name in sys.modules if name in KNOWN and name not in loaded]
    if names:
        try:  # noqa: SIM105  # contextlib takes longer to import than all of this
            os.write(teach, "\n".join((*names, "")).encode())
        except OSError:
            pass  # the worker has ended, or has had no time to read


def learn(heard: int) -> None:
    """What was told is loaded; in the worker."""
    for name in os.read(heard, CHUNK).decode("ascii", "replace").split("\n"):
        if name in KNOWN and name not in sys.modules:
            try:  # noqa: SIM105  # as above
                __import__(name)
            except ImportError:
                pass  # whoever told it was wrong


def unlearn(learned: "frozenset[str]", paths: "list[str]") -> None:
    """A pack whose own modules go before Python's finds none of `learned` loaded."""
    own = set()  # type: set[str]
    for path in paths if learned else ():
        try:  # noqa: SIM105  # as above
            own.update(name.partition(".")[0] for name in os.listdir(path))
        except OSError:
            pass  # nothing of it can be imported either
    if any(name.partition(".")[0] in own for name in learned):
        for name in learned:
            sys.modules.pop(name, None)
