"""The tracer of this process, made of OpenTelemetry's parts; nothing of it is global."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio

from chatops_cli.settings.telemetry import SERVICE
from chatops_cli.telemetry.export import CountedExporter, CountedProcessor, end
from chatops_cli.telemetry.losses import Losses
from chatops_cli.telemetry.spans import OtelTracer

if TYPE_CHECKING:
    from chatops_cli.settings.telemetry import Telemetry


def make_tracer(
    telemetry: "Telemetry | None",
    *,
    endpoint: str,
    headers: dict[str, str] | None,
    sizes: tuple[int, int],
    environment: Mapping[str, str],
    version: str,
) -> OtelTracer:
    """The tracer; the standard variables stand above the settings.

    `sizes` are how many spans may wait, and how many are sent at once.

    Raises:
        ValueError: One of them can't be read.
    """
    place = urlsplit(endpoint)
    limit, batch = sizes
    losses = Losses(f"{place.hostname}:{place.port}" if place.port else str(place.hostname), limit)
    sample = telemetry.sample if telemetry is not None else None
    is_said = bool(environment.get("OTEL_TRACES_SAMPLER"))
    exporter = CountedExporter(losses, endpoint, headers)
    provider = TracerProvider(
        sampler=None if sample is None or is_said else ParentBasedTraceIdRatio(sample),
        resource=_resource(telemetry, environment, version),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(CountedProcessor(losses, exporter, limit, batch))
    return OtelTracer(provider.get_tracer("chatops", version), partial(end, provider, losses))


def _resource(
    telemetry: "Telemetry | None", environment: Mapping[str, str], version: str
) -> Resource:
    """What the spans are of; `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME` add to it."""
    own = {"service.version": version}
    named = environment.get("OTEL_RESOURCE_ATTRIBUTES", "")
    if not environment.get("OTEL_SERVICE_NAME") and "service.name=" not in named:
        own["service.name"] = telemetry.service if telemetry is not None else SERVICE
    return Resource.create(own)
