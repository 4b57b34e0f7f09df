"""Matrix, by its client-server API over HTTP; rooms that are not encrypted.

Source: spec.matrix.org, Client-Server API v1.11, for what each part of it says.
"""

from chatops_cli.bridge.adapters.matrix.adapter import make as make
from chatops_cli.bridge.adapters.matrix.options import read as read
