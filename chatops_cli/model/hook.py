"""A hook: what other programs may have the bridge say or run, as the settings have it."""

from dataclasses import field
from enum import StrEnum

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject


class Scheme(StrEnum):
    """How requests show that they come from who knows the secret."""

    STANDARD = "standard"
    """As Standard Webhooks: id, time and body are signed."""
    GITHUB = "github"
    """As GitHub: the body is signed."""
    TOKEN = "token"  # noqa: S105  # a name
    """The secret itself stands in a header."""


@frozen
class Hook:
    """What is done with a request to ``/hooks/NAME``.

    `secret` says where the secret is. It says `text`, a template, in `room` (``LINE:room``), or
    runs `alias` with `parameters`, whose texts are templates, and answers there. `when` is a
    template: where it gives nothing, or what means no, nothing is done.
    """

    name: str
    secret: str
    room: str
    scheme: Scheme = Scheme.STANDARD
    text: str = ""
    alias: str = ""
    parameters: JsonObject = field(default_factory=dict)
    when: str = ""
