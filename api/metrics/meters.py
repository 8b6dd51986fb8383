"""The meters that the API process counts itself."""

from __future__ import annotations

from collections import Counter as Counted

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from intake.accepting import Verdict

REQUEST_BUCKETS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
ANSWER_BUCKETS = (2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300)
"""Seconds; 15 and 20 are the marks of NENA's answer-time standard, 45 that of ASME A17.1."""


class Meters:
    """Meters of one application, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "liftline_http_request_seconds",
            "Time until an HTTP request was answered, by route template",
            ("method", "route", "status"),
            buckets=REQUEST_BUCKETS,
            registry=self.registry,
        )
        self.answer_time = Histogram(
            "liftline_alarm_answer_seconds",
            "Time from the press until a person took the alarm, by tier",
            ("tier", "role"),
            buckets=ANSWER_BUCKETS,
            registry=self.registry,
        )
        self.open_incidents = Gauge(
            "liftline_incidents_open", "Incidents not closed, by state", ("state",), registry=self.registry
        )
        self.gateway_events = Counter(
            "liftline_gateway_events",
            "Events of gateways, by way in and verdict (or the reason of a refusal)",
            ("way", "verdict"),
            registry=self.registry,
        )
        self.event_clients = Gauge("liftline_event_clients", "Open event streams", registry=self.registry)
        self.logins = Counter("liftline_logins", "Log-in attempts, by result", ("result",), registry=self.registry)
        self.up = Gauge(
            "liftline_dependency_up", "Whether a dependency answers (1) or not (0)", ("name",), registry=self.registry
        )
        self.record = Gauge(
            "liftline_record_value",
            "What the record process publishes: collector lag in seconds and the like, by name",
            ("name",),
            registry=self.registry,
        )

    def count_events(self, way: str, verdicts: list[Verdict]) -> None:
        """Count what became of a batch of a gateway's events."""
        for word, count in Counted(verdict.reason or verdict.outcome for verdict in verdicts).items():
            self.gateway_events.labels(way, word.value).inc(count)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self.requests.labels(method, route, str(status)).observe(seconds)
