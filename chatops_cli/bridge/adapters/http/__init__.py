"""HTTP as a network: any program that signs its messages, and takes signed posts."""

from chatops_cli.bridge.adapters.http.options import Options, read
from chatops_cli.bridge.contract import Adapter, Context

__all__ = ["make", "read"]


def make(options: object, context: Context) -> Adapter:
    """See `contract.AdapterModule.make`."""
    from chatops_cli.bridge.adapters.http.adapter import Http

    if not isinstance(options, Options):
        raise TypeError(f"{options!r} are no options of http")
    return Http(options, context)
