"""Slack, by Socket Mode and the vendor's own SDK: nothing has to be reachable from outside.

Source: docs.slack.dev; slack_sdk 3.47.
"""

from chatops_cli.bridge.adapters.slack.adapter import make as make
from chatops_cli.bridge.adapters.slack.options import read as read
