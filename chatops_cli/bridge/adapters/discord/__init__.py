"""Discord, by its gateway and the REST API, through discord.py's connection and its HTTP client.

Source: docs.discord.com/developers; discord.py 2.7.
"""

from chatops_cli.bridge.adapters.discord.adapter import make as make
from chatops_cli.bridge.adapters.discord.options import read as read
