"""A collector of traces: it takes OTLP/HTTP on this machine, and shows what it was sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as SentSpan


@dataclass
class Sent:
    """A span as it was sent; `parent` is empty for the root of a trace."""

    name: str
    trace: str
    id: str
    parent: str
    kind: int
    attributes: dict[str, object]
    is_error: bool
    seconds: float


@dataclass
class Collector:
    """What it was sent; `status` is what it answers."""

    url: str = ""
    status: int = 200
    requests: int = 0
    spans: list[Sent] = field(default_factory=list)
    resources: list[dict[str, object]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def named(self, name: str) -> list[Sent]:
        """The spans of a name."""
        return [span for span in self.spans if span.name == name]

    def one(self, name: str, **attributes: object) -> Sent:
        """The only span of this name with these attributes, whose names have ``_`` for dots."""
        wanted = {key.replace("_", "."): value for key, value in attributes.items()}
        found = [each for each in self.named(name) if wanted.items() <= each.attributes.items()]
        assert len(found) == 1, (name, wanted, self.spans)
        return found[0]

    async def take(self, request: web.Request) -> web.Response:
        """A request: kept, and answered."""
        body = await request.read()
        self.requests += 1
        if self.status != 200:
            return web.Response(status=self.status)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        self.paths.append(request.path)
        self.bodies.append(body)
        sent = ExportTraceServiceRequest()
        sent.ParseFromString(body)
        for whole in sent.resource_spans:
            self.resources.append(
                {each.key: _plain(each.value) for each in whole.resource.attributes}
            )
            for scope in whole.scope_spans:
                self.spans.extend(_read(span) for span in scope.spans)
        return web.Response(body=b"", content_type="application/x-protobuf")


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """A collector that listens."""
    collector = Collector()
    app = web.Application()
    app.router.add_post("/{path:.*}", collector.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    collector.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield collector
    finally:
        await runner.cleanup()


def _read(span: SentSpan) -> Sent:
    assert not span.events, "events could repeat what errors say"
    assert not span.status.message, "and so could a status"
    return Sent(
        name=span.name,
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        kind=span.kind,
        attributes={each.key: _plain(each.value) for each in span.attributes},
        is_error=span.status.code == span.status.STATUS_CODE_ERROR,
        seconds=(span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
    )


def _plain(value: AnyValue) -> object:
    return getattr(value, value.WhichOneof("value") or "string_value")
