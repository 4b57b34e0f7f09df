"""Whether a request comes from who knows the secret, and is not an old one sent again."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.hook import Scheme

TOLERANCE = 300.0
"""Seconds that a signed time may be away from now.

Source: https://github.com/standard-webhooks/standard-webhooks, "Verifying webhook authenticity".
"""


class UnsignedError(ChatOpsError):
    """The request isn't from who knows the secret, or is too old."""


@frozen
class Delivery:
    """A request that is in order; `id` is the sender's for it, empty where it gives none."""

    id: str = ""


def verified(
    scheme: Scheme, secret: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> Delivery:
    """What the headers say of a request with this body.

    Args:
        scheme: How it is signed.
        secret: What both sides know; not empty.
        headers: By their names in small letters.
        body: As it came.
        now: The time, aware UTC.

    Raises:
        UnsignedError: It isn't signed with this secret, or too long ago.
    """
    if not secret:
        raise UnsignedError("no secret is known")
    return _SCHEMES[scheme](secret, headers, body, now)


def signed(secret: str, delivery: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of a request that is signed as standard webhooks are."""
    time = str(int(now.timestamp()))
    return {
        "webhook-id": delivery,
        "webhook-timestamp": time,
        "webhook-signature": f"v1,{_standard_digest(secret, delivery, time, body)}",
    }


def _standard(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Delivery:
    """Source: the specification of Standard Webhooks, 1.0.0."""
    delivery, time = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split()
    own = f"v1,{_standard_digest(secret, delivery, time, body)}"
    # All are looked at, whichever is right: a secret that is changed has two for a while.
    found = [_same(each, own) for each in given]
    if not delivery or not any(found):
        raise UnsignedError("the signature is wrong")
    if not time.isdecimal() or abs(now.timestamp() - int(time)) > TOLERANCE:
        raise UnsignedError("the request is too old, or of a clock that goes wrong")
    return Delivery(id=delivery)


def _github(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Delivery:
    """Source: docs.github.com, "Validating webhook deliveries"; it signs no time."""
    del now
    own = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if not _same(headers.get("x-hub-signature-256", ""), own):
        raise UnsignedError("the signature is wrong")
    # The id isn't signed: a request that is sent again under another one has the same body.
    return Delivery(id=hashlib.sha256(body).hexdigest())


def _token(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Delivery:
    """The secret itself, as GitLab, Grafana and Alertmanager send it: only by TLS, or here."""
    del body, now
    kind, _, bearer = headers.get("authorization", "").partition(" ")
    given = bearer.strip() if kind.lower() == "bearer" else headers.get("x-gitlab-token", "")
    if not _same(given, secret):
        raise UnsignedError("the token is wrong")
    name = headers.get("idempotency-key") or headers.get("x-gitlab-event-uuid") or ""
    return Delivery(id=name)


_SCHEMES = {Scheme.STANDARD: _standard, Scheme.GITHUB: _github, Scheme.TOKEN: _token}


def _standard_digest(secret: str, delivery: str, time: str, body: bytes) -> str:
    content = b".".join((delivery.encode(), time.encode(), body))
    return base64.b64encode(hmac.new(_key(secret), content, hashlib.sha256).digest()).decode()


def _key(secret: str) -> bytes:
    """A secret of the form ``whsec_…`` is Base64."""
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnsignedError("the secret is no Base64 after whsec_") from error


def _same(given: str, own: str) -> bool:
    """Compared in a time that says nothing of where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), own.encode())
