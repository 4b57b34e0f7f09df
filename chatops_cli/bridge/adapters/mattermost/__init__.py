"""Mattermost, by its REST API and websocket, without a library: none is kept well.

Source: developers.mattermost.com/api-documentation; the server's own sources, versions 10 and 11.
"""

from chatops_cli.bridge.adapters.mattermost.adapter import make as make
from chatops_cli.bridge.adapters.mattermost.options import read as read
