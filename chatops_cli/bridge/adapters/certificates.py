"""What the certificates of servers are held against."""

import ssl

from chatops_cli.bridge.contract import RefusedError


def trust_in(file: str) -> ssl.SSLContext | None:
    """Trust in the certificates of a file, and in no others; None where it is empty: the system's.

    Raises:
        RefusedError: There is no such file, or none of that in it.
    """
    if not file:
        return None
    try:
        return ssl.create_default_context(cafile=file)
    except ssl.SSLError:
        why = "there is no certificate in it"
    except OSError as error:
        why = error.strerror or "it can't be read"
    raise RefusedError(f"ca: {file}: {why}", hint="name a file of certificates (PEM)")
