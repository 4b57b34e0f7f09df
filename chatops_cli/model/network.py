"""The chat networks' immutable ids: what they look like, to tell them from names for display."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from chatops_cli.model.frozen import frozen

LOCAL = "local"
"""The network of a terminal."""


@frozen
class IdForm:
    """Regular expressions of a network's ids; in each ``*`` and ``?`` of a pattern count, too.

    `workspace` is what the middle of a principal looks like, `looks` tells people of `user`.
    """

    user: re.Pattern[str]
    looks: str
    workspace: re.Pattern[str] = re.compile(r".*")


_DIGITS = re.compile(r"[0-9*?]+")

FORMS: Mapping[str, IdForm] = MappingProxyType(
    {
        "slack": IdForm(
            user=re.compile(r"[UWB*?][A-Z0-9*?]*"),
            looks="U2147483697",
            workspace=re.compile(r"[TE*?][A-Z0-9*?]*"),
        ),
        "discord": IdForm(user=_DIGITS, looks="80351110224678912"),
        "telegram": IdForm(user=_DIGITS, looks="136817688"),
        "mattermost": IdForm(
            user=re.compile(r"[a-z0-9]{26}|[a-z0-9]*[*?][a-z0-9*?]*"),
            looks="6yyrp5ih3bnkfq4wyyqnfhqnzr",
        ),
        "matrix": IdForm(user=re.compile(r"@[^:\s]+:\S+|\*"), looks="@ann:example.com"),
        "xmpp": IdForm(user=re.compile(r"[^@/\s]+@[^@/\s]+|\*"), looks="ann@example.com"),
        "irc": IdForm(user=re.compile(r"[^\s!@:]+"), looks="the services account, ann"),
    }
)
"""By network.

Source: the networks' documentation of their user ids. On IRC it is the services account: nicknames
may be anybody's.
"""
