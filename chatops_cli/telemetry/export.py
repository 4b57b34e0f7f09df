"""Spans on their way to the collector, in a thread of their own: nothing here waits for it."""

from collections.abc import Sequence
from threading import Thread

import requests
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from chatops_cli.telemetry.losses import Losses

FLUSH = 5.0
"""Seconds in which what was told is handed on at the end; the rest is lost."""


class CountedExporter(SpanExporter):
    """Hands batches to the collector, and tells what becomes of them."""

    def __init__(self, losses: Losses, endpoint: str, headers: dict[str, str] | None) -> None:
        session = requests.Session()
        session.hooks["response"].append(self._answered)
        self._status = 0
        self._losses = losses
        self._inner = OTLPSpanExporter(endpoint=endpoint, headers=headers, session=session)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """See `SpanExporter.export`."""
        self._losses.left(len(spans))
        self._status = 0
        result = self._inner.export(spans)
        if result is SpanExportResult.SUCCESS:
            self._losses.took()
        else:
            why = f"HTTP {self._status}" if self._status else "it can't be reached"
            self._losses.refused(len(spans), why)
        return result

    def shutdown(self) -> None:
        """See `SpanExporter.shutdown`."""
        self._inner.shutdown()  # type: ignore[no-untyped-call]  # it has no annotations

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """See `SpanExporter.force_flush`."""
        return self._inner.force_flush(timeout_millis)

    def _answered(self, response: requests.Response, *_: object, **__: object) -> None:
        self._status = response.status_code


class CountedProcessor(BatchSpanProcessor):
    """Keeps spans until a batch of them is handed on; the oldest make room for new ones."""

    def __init__(self, losses: Losses, exporter: SpanExporter, limit: int, batch: int) -> None:
        super().__init__(exporter, max_queue_size=limit, max_export_batch_size=batch)
        self._losses = losses

    def on_end(self, span: ReadableSpan) -> None:
        """See `SpanProcessor.on_end`."""
        if span.context is not None and span.context.trace_flags.sampled:
            self._losses.came()
        super().on_end(span)


def end(provider: TracerProvider, losses: Losses, seconds: float = FLUSH) -> None:
    """All that waits is handed on, within so many seconds."""
    # The collector may be away, and what asks it then does so for longer than anybody waits.
    ending = Thread(target=provider.shutdown, name="traces-end", daemon=True)
    ending.start()
    ending.join(seconds)
    losses.close()
