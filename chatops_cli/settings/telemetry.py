"""The `telemetry` section of the settings: where traces are sent."""

from collections.abc import Mapping
from dataclasses import field
from urllib.parse import urlsplit

from chatops_cli.model.frozen import frozen
from chatops_cli.reading.reader import Reader

SERVICE = "chatops"
RULE = "telemetry-endpoint"
HINT = "write the address of an OTLP/HTTP collector, such as http://127.0.0.1:4318"


@frozen
class Telemetry:
    """Where traces go. `endpoint` is empty where the section names none.

    `headers` are templates of what goes with each request. `sample` is the share of traces that
    are kept, from 0 to 1, None where nothing is said; a trace that was begun elsewhere is kept
    where it is kept there.
    """

    traces: bool = True
    endpoint: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    service: str = SERVICE
    sample: float | None = None


def read_telemetry(reader: Reader | None) -> Telemetry | None:
    """The section; None where there is none."""
    if reader is None:
        return None
    headers = reader.section("headers")
    telemetry = Telemetry(
        traces=reader.flag("traces", default=True),
        endpoint=reader.text("endpoint"),
        headers={name: each.text() or "" for name, each in headers.entries()} if headers else {},
        service=reader.text("service", SERVICE) or SERVICE,
        sample=_sample(reader),
    )
    wrong = wrong_in(telemetry.endpoint) if telemetry.endpoint else ""
    if wrong:
        reader.report(RULE, f"{reader.path('endpoint')} {wrong}", key="endpoint", hint=HINT)
    reader.finish()
    return telemetry


def wrong_in(endpoint: str) -> str:
    """What keeps a text from being the address of a collector; empty where nothing does."""
    try:
        parts = urlsplit(endpoint)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return "is no URL"
    if parts.scheme not in {"http", "https"} or not parts.hostname or not has_port:
        return "is no http or https URL"
    if parts.username is not None or parts.password is not None:
        return "has a user or password in it: a secret belongs into telemetry.headers"
    if parts.query or parts.fragment or any(letter.isspace() for letter in endpoint):
        return "has more in it than host, port and path"
    return ""


def _sample(reader: Reader) -> float | None:
    if not reader.has("sample"):
        return None
    share = reader.number("sample", 1.0, minimum=0)
    if share > 1:
        reader.report(
            "telemetry-sample",
            f"{reader.path('sample')} is {share:g}, and no share of all",
            key="sample",
            hint="write a number from 0 to 1",
        )
    return share
