"""A tracer whose spans are OpenTelemetry's; see `model.trace`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import MappingProxyType

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from chatops_cli.model.trace import ERROR, NOTHING, Attribute, Attributes, Kind

LONGEST = 256
"""Characters of an attribute: ids of networks are shorter."""
_KINDS = MappingProxyType(
    {
        Kind.INTERNAL: trace.SpanKind.INTERNAL,
        Kind.SERVER: trace.SpanKind.SERVER,
        Kind.CONSUMER: trace.SpanKind.CONSUMER,
        Kind.PRODUCER: trace.SpanKind.PRODUCER,
    }
)


class OtelSpan:
    """A span of OpenTelemetry. It meets `model.trace.Span`."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def set(self, attributes: Attributes) -> None:
        """See `model.trace.Span.set`."""
        self._span.set_attributes(fit(attributes))

    def fail(self, kind: str) -> None:
        """See `model.trace.Span.fail`; the status has no description, which could hold anything."""
        self._span.set_attribute(ERROR, kind)
        self._span.set_status(trace.StatusCode.ERROR)


class OtelTracer:
    """Makes spans. It meets `model.trace.Tracer`.

    Args:
        tracer: What makes OpenTelemetry's.
        end: Hands on what was told.
    """

    def __init__(self, tracer: trace.Tracer, end: Callable[[], None]) -> None:
        self._tracer = tracer
        self._end = end
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def span(
        self,
        name: str,
        *,
        kind: Kind = Kind.INTERNAL,
        parent: str | None = None,
        attributes: Attributes = NOTHING,
    ) -> Iterator[OtelSpan]:
        """See `model.trace.Tracer.span`."""
        context = None if parent is None else self._context_of(parent)
        begun = self._tracer.start_as_current_span(
            whole(name),
            context,
            kind=_KINDS[kind],
            attributes=fit(attributes),
            # What an exception says may repeat a secret.
            record_exception=False,
            set_status_on_exception=False,
        )
        with begun as found:
            span = OtelSpan(found)
            try:
                yield span
            except BaseException as error:
                span.fail(type(error).__name__)
                raise

    @property
    def traceparent(self) -> str:
        """See `model.trace.Tracer.traceparent`."""
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier)
        return carrier.get("traceparent", "")

    def close(self) -> None:
        """See `model.trace.Tracer.close`."""
        self._end()

    def _context_of(self, parent: str) -> Context:
        return self._propagator.extract({"traceparent": parent}, context=Context())


def fit(attributes: Attributes) -> dict[str, Attribute]:
    """The attributes without those that are empty, each of a length that can be sent."""
    return {
        name: whole(value) if isinstance(value, str) else value
        for name, value in attributes.items()
        if value != ""
    }


def whole(text: str) -> str:
    """The text as UTF-8 can have it, cut where it is long: one that can't would spoil its batch."""
    return text[:LONGEST].encode("utf-8", "replace").decode()
