"""What operators see of the requests: one log line each, and numbers for Prometheus.

Routes are named by their templates, never by the path that was asked for: that may hold names of
users' things, and would make a time series each. What is counted is plain numbers; the Prometheus
library, which is slow to import, only writes them down when somebody asks.
"""

import logging
import re
import secrets
import time
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from prometheus_client.core import Metric

BOUNDS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
UNKNOWN_ROUTE = "(none)"

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")

access = logging.getLogger("celltrail.access")


@dataclass(slots=True)
class Durations:
    """How long the requests of one kind took."""

    seconds: float = 0.0
    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_SECONDS) + 1))
    """Requests up to each bound, each counted once; the last: longer ones."""

    def add(self, seconds: float) -> None:
        """Count one request."""
        self.seconds += seconds
        self.counts[bisect_left(BOUNDS_SECONDS, seconds)] += 1


class Observations:
    """The requests that have ended, by (method, route, status)."""

    def __init__(self) -> None:
        self.durations: dict[tuple[str, str, int], Durations] = {}

    def add(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        kind = (method, route, status)
        if kind not in self.durations:
            self.durations[kind] = Durations()
        self.durations[kind].add(seconds)

    def exposition(self, counters: Mapping[str, int], gauges: Mapping[str, int]) -> bytes:
        """Return everything in Prometheus' text format, with other counters and gauges."""
        from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        registry.register(_Collected(self.durations, counters, gauges))
        return generate_latest(registry)


class _Collected:
    """A collector as the Prometheus library calls it."""

    def __init__(
        self,
        durations: Mapping[tuple[str, str, int], Durations],
        counters: Mapping[str, int],
        gauges: Mapping[str, int],
    ) -> None:
        self._durations, self._counters, self._gauges = durations, counters, gauges

    def collect(self) -> "Iterator[Metric]":
        from prometheus_client.core import (
            CounterMetricFamily,
            GaugeMetricFamily,
            HistogramMetricFamily,
        )

        requests = HistogramMetricFamily(
            "celltrail_request_seconds",
            "How long requests took.",
            labels=("method", "route", "status"),
        )
        for (method, route, status), found in list(self._durations.items()):
            requests.add_metric(
                (method, route, str(status)), _cumulative(found.counts), found.seconds
            )
        yield requests
        for name, value in self._counters.items():
            yield CounterMetricFamily(f"celltrail_{name}", f"Number of {name}.", value)
        for name, value in self._gauges.items():
            yield GaugeMetricFamily(f"celltrail_{name}", f"Number of {name} now.", value)


def _cumulative(counts: list[int]) -> list[tuple[str, float]]:
    buckets, total = [], 0
    for bound, count in zip((*map(str, BOUNDS_SECONDS), "+Inf"), counts, strict=True):
        total += count
        buckets.append((bound, float(total)))
    return buckets


class Observer:
    """ASGI middleware outside of everything: counts, logs, and gives each request an id."""

    def __init__(self, app: ASGIApp, observations: Observations) -> None:
        self._app = app
        self._observations = observations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        request_id, began, status = _request_id(scope), time.perf_counter(), 499  # client left

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message["headers"], (b"x-request-id", request_id)]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            self._end(scope, status, time.perf_counter() - began, request_id.decode())

    def _end(self, scope: Any, status: int, seconds: float, request_id: str) -> None:
        route = scope.get("path_template") or UNKNOWN_ROUTE
        self._observations.add(scope["method"], route, status, seconds)
        if access.isEnabledFor(logging.INFO):
            user = scope.get("user")
            request = {
                "id": request_id,
                "method": scope["method"],
                "route": route,
                "status": status,
                "ms": round(1000 * seconds, 2),
                "user": user.name if user else None,
            }
            line = "%(method)s %(route)s %(status)s %(ms).2f ms user=%(user)s id=%(id)s"
            access.info(line, request, extra={"request": request})


def _request_id(scope: Any) -> bytes:
    given = dict(scope["headers"]).get(b"x-request-id", b"")
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8).encode()
