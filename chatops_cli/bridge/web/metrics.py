"""What the bridge counts, as Prometheus reads it. No label holds what people type or are called."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from chatops_cli.bridge.standing import WORKING, Standing
from chatops_cli.records.events import (
    Decided,
    Event,
    ExecutionFinished,
    ExecutionRequested,
    MessageMatched,
    NotificationFailed,
    ReplySent,
)

if TYPE_CHECKING:
    from prometheus_client.core import Metric

SECONDS = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600)
"""Bounds of the histogram of how long executions take."""


class Metrics:
    """Counts what is on record; `text` gives it with how the bridge stands.

    Source: https://prometheus.io/docs/practices/naming/.
    """

    def __init__(self, standing: Callable[[], Standing]) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

        self._standing = standing
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._registry.register(self)

        def counter(name: str, told: str, *labels: str) -> Counter:
            return Counter(f"chatops_{name}", told, labels, registry=self._registry)

        self._commands = counter("commands", "Messages for the bot.", "outcome")
        self._decisions = counter("decisions", "Access decisions.", "allowed")
        self._requested = counter("executions_requested", "Executions that were begun.")
        self._finished = counter("executions", "Executions that have ended.", "status")
        self._replies = counter("replies", "Replies.", "kind")
        self._failed = counter("notifications_failed", "Notifications that reached nobody.")
        self._seconds = Histogram(
            "chatops_execution_seconds",
            "How long executions take.",
            buckets=SECONDS,
            registry=self._registry,
        )

    def witness(self, event: Event) -> None:
        """An event is on record."""
        match event:
            case MessageMatched(outcome=outcome):
                self._commands.labels(str(outcome)).inc()
            case Decided(allowed=allowed):
                self._decisions.labels(str(allowed).lower()).inc()
            case ExecutionRequested():
                self._requested.inc()
            case ExecutionFinished(status=status, elapsed=elapsed):
                self._finished.labels(str(status)).inc()
                if elapsed is not None:
                    self._seconds.observe(elapsed)
            case ReplySent(kind=kind):
                self._replies.labels(str(kind)).inc()
            case NotificationFailed():
                self._failed.inc()
            case _:
                pass

    def collect(self) -> "Iterator[Metric]":
        """How the bridge stands: see `prometheus_client.registry.Collector`."""
        from prometheus_client.core import (
            CounterMetricFamily,
            GaugeMetricFamily,
            InfoMetricFamily,
        )

        standing = self._standing()
        info = InfoMetricFamily("chatops_build", "The program.")
        info.add_metric([], {"version": standing.version})
        up = GaugeMetricFamily(
            "chatops_line_up", "Whether a network is connected.", labels=["line"]
        )
        connects = CounterMetricFamily(
            "chatops_line_connects", "How often a network was connected.", labels=["line"]
        )
        for line in standing.lines:
            up.add_metric([line.name], float(line.state in WORKING))
            connects.add_metric([line.name], line.connected)
        refused = GaugeMetricFamily(
            "chatops_reload_refused", "Whether the last reload was refused.", bool(standing.refusal)
        )
        yield from (info, up, connects, refused)
        for name, told, value in (
            ("working", "Messages that are worked on.", standing.working),
            ("outbox_replies", "Replies on their way.", standing.waiting),
            (
                "ready",
                "Whether messages are heard.",
                standing.is_ready,
            ),
        ):
            yield GaugeMetricFamily(f"chatops_{name}", told, float(value))
        yield CounterMetricFamily("chatops_messages_taken", "Messages taken.", standing.taken)
        yield CounterMetricFamily("chatops_replies_lost", "Replies no room took.", standing.lost)

    def text(self, accept: str) -> tuple[bytes, str]:
        """The exposition, and its content type, as the header Accept wants it."""
        from prometheus_client.exposition import choose_encoder

        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type
