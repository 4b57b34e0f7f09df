"""IRC, by a client of our own: every library tried cuts text in the middle of a character.

Source: RFC 2812; ircv3.net for capabilities, tags, SASL and accounts; modern.ircdocs.horse.
"""

from chatops_cli.bridge.adapters.irc.adapter import make as make
from chatops_cli.bridge.adapters.irc.options import read as read
