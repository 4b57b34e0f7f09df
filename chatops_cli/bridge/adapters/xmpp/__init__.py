"""XMPP (Jabber): rooms, and people by their real addresses, by slixmpp.

Source: RFC 6120, 6121; XEP-0045, 0308, 0313, 0359, 0363, 0444 for what each part of it says.
"""

from chatops_cli.bridge.adapters.xmpp.adapter import make as make
from chatops_cli.bridge.adapters.xmpp.options import read as read
