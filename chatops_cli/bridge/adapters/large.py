"""A file that a server doesn't take: what is posted in its place."""

from dataclasses import replace

from chatops_cli.bridge.contract import OversizedError, Posting


def too_large(posting: Posting, error: OversizedError) -> Posting:
    """The message that was to stand beside the file, which says that there is none."""
    told = f"(the file is larger than the server takes: {error.message})"
    return replace(posting, text=f"{posting.text}\n{told}".lstrip("\n"))
