"""Logs, traces and metrics: JSON without personal data, and a trace that crosses the outbox and Kafka."""

import logging
import sys
from typing import Any
from uuid import uuid4

import structlog
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, DEFAULT_ON
from opentelemetry.util.http import ExcludeList
from starlette.types import ASGIApp, Scope
from structlog.typing import EventDict

SAFE = frozenset(
    {
        "event", "level", "timestamp", "logger", "trace_id", "span_id", "service", "process", "exception", "error",
        "topic", "subject", "type", "code", "state", "failures", "attempts", "seq", "count", "route", "method",
        "status", "duration_ms", "constraint", "offset", "port", "month", "positions", "url",
    }
)  # fmt: skip
"""The only fields a log line may carry: anything else is dropped, so a name cannot slip in."""


def set_up(service: str, process: str, otlp_endpoint: str | None) -> None:
    """Configure logs and traces of a process; call once at start."""

    def identify(_: Any, __: str, event: EventDict) -> EventDict:
        context = trace.get_current_span().get_span_context()
        if context.is_valid:
            event.update(trace_id=f"{context.trace_id:032x}", span_id=f"{context.span_id:016x}")
        event.update(service=service, process=process)
        return event

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            identify,
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            only_safe_fields,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, format='{"level":"%(levelname)s","logger":"%(name)s"}')
    sampler = DEFAULT_ON if otlp_endpoint else ALWAYS_OFF  # nobody would see the spans; their ids still cross
    provider = TracerProvider(sampler, Resource.create({"service.name": f"{service}-{process}"}))
    if otlp_endpoint:
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{otlp_endpoint}/v1/traces")))
    trace.set_tracer_provider(provider)


def request_id() -> str:
    """By what an answer and the lines of the logs about its request find each other: the trace's id, the asker's own
    where a `traceparent` came with it. Where nothing is traced, nothing is logged, and it only names the answer."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else uuid4().hex


def only_safe_fields(_: Any, __: str, event: EventDict) -> EventDict:
    """Drop every field that is not known to be safe, and the message and values of exceptions."""
    fields = {name: value for name, value in event.items() if name in SAFE}
    for cause in fields.get("exception", ()):
        cause.pop("exc_value", None)
    return fields


def trace_requests(app: FastAPI) -> None:
    """Open a span for each request, without query strings or bodies, around all that answers it.

    The instrumentation for FastAPI would look for each request's route itself, among all of them, before the router
    does; `name_request` takes it from the router.
    """
    stack = app.build_middleware_stack

    def traced() -> ASGIApp:
        return OpenTelemetryMiddleware(
            stack(),
            excluded_urls=ExcludeList(["health", "metrics"]),
            default_span_details=_by_method,
            exclude_spans=["receive", "send"],
        )

    app.build_middleware_stack = traced


def _by_method(scope: Scope) -> tuple[str, dict[str, Any]]:
    return scope["method"], {}


def name_request(scope: Scope) -> None:
    """Name the span of a request by its route, which is known once it is answered."""
    span, route = trace.get_current_span(), getattr(scope.get("route"), "path", None)
    if route is not None and span.is_recording():
        span.update_name(f"{scope['method']} {route}")
        span.set_attribute("http.route", route)
