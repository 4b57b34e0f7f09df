"""Why a format cannot be used."""

from chatops_cli.errors import ChatOpsError


class FormatError(ChatOpsError):
    """A format cannot be used: why, and what to do about it."""
