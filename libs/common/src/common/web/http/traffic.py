"""How many requests there are, from whom, how they end, and how long each takes: by route, never by address or id."""

from prometheus_client import Counter, Histogram
from starlette.types import Scope

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
TOOK = Histogram("outcomes_request_seconds", "From request to the answer's end", ["method", "route"], buckets=SECONDS)
ANSWERED = Counter("outcomes_requests", "Requests answered", ["organisation", "method", "route", "status"])
NO_ROUTE = "none"
"""Of an address at which there is nothing: whoever tries many shall not make many series."""
NOBODY = "nobody"
"""Whoever sent no token, or none that verifies; and everybody where pages are asked for with a cookie."""
UNCOUNTED = ("/health/", "/metrics")
"""What machines ask every few seconds."""


def count_request(scope: Scope, status: int, seconds: float) -> None:
    """Count a request that was answered in so many seconds; 500 is the status of one that broke."""
    if scope["path"].startswith(UNCOUNTED):
        return
    route: str = getattr(scope.get("route"), "path", NO_ROUTE)
    caller = scope.get("state", {}).get("asked")
    method = scope["method"] if route != NO_ROUTE else NO_ROUTE
    TOOK.labels(method, route).observe(seconds)
    ANSWERED.labels(caller.actor.organisation if caller else NOBODY, method, route, status).inc()
