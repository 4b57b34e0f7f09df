"""Telegram, by long polling of the Bot API, without a library: few calls of it are needed.

Source: core.telegram.org/bots/api, version 9.
"""

from chatops_cli.bridge.adapters.telegram.adapter import make as make
from chatops_cli.bridge.adapters.telegram.options import read as read
