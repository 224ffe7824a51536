"""What is counted for Prometheus; labels never hold anything about a person."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The metrics of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.turns = Counter(
            "fairwell_turns", "Messages by what came of them.", ("outcome",), registry=self.registry
        )
        self.turn_seconds = Histogram(
            "fairwell_turn_seconds",
            "From taking a message up to its answer stored.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.failures = Counter(
            "fairwell_turn_failures", "Failed tries at a message.", ("cause",), registry=self.registry
        )
        self.jobs = Counter(
            "fairwell_jobs", "Outbox jobs by kind and outcome.", ("kind", "outcome"), registry=self.registry
        )
        self.requests = Counter(
            "fairwell_http_requests", "HTTP requests.", ("route", "method", "status"), registry=self.registry
        )
        self.request_seconds = Histogram(
            "fairwell_http_request_seconds",
            "HTTP requests.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.rasa_up = Gauge(
            "fairwell_rasa_up", "Whether Rasa answered when last asked.", registry=self.registry
        )
        self._live()
        self._sent()

    def _live(self) -> None:
        """The website's sockets, and what they hear by."""
        self.sockets = Gauge("fairwell_sockets", "Open chat sockets.", registry=self.registry)
        self.socket_ends = Counter(
            "fairwell_socket_ends", "Chat sockets that ended, by why.", ("why",), registry=self.registry
        )
        self.socket_messages = Counter(
            "fairwell_socket_messages", "Messages pushed through chat sockets.", registry=self.registry
        )
        self.listening = Gauge(
            "fairwell_listening",
            "Whether messages that other processes write are heard of at once.",
            registry=self.registry,
        )

    def _sent(self) -> None:
        """What is sent to platforms and other systems, and what waits for staff."""
        self.deliveries = Counter(
            "fairwell_deliveries",
            "Tries to deliver a message, by channel and outcome.",
            ("channel", "outcome"),
            registry=self.registry,
        )
        self.deliveries_waiting = Gauge(
            "fairwell_deliveries_waiting", "Messages on their way to a platform.", registry=self.registry
        )
        self.webhooks = Counter(
            "fairwell_webhooks",
            "Tries to deliver a webhook, by endpoint and outcome.",
            ("endpoint", "outcome"),
            registry=self.registry,
        )
        self.webhooks_waiting = Gauge(
            "fairwell_webhooks_waiting", "Webhooks on their way to an endpoint.", registry=self.registry
        )
        self.overdue = Gauge(
            "fairwell_overdue", "What staff have to see to, by what it is.", ("what",), registry=self.registry
        )

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)
