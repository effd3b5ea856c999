"""A trace crosses the outbox, and a log line cannot carry what is personal."""

import json

import pytest
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from claims.main import create_app_for
from common.ids import new_id
from common.telemetry import only_safe_fields
from tests.common.messaging.parts import Town, a_fact
from tests.parts.api import front_door, someone
from tests.parts.postgres import Databases


@pytest.fixture(scope="module")
def spans() -> InMemorySpanExporter:
    """Everything that is traced from now on, in this process."""
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider()
        trace.set_tracer_provider(provider)
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return exporter


async def test_the_reaction_belongs_to_the_trace_of_the_request_that_announced(
    delivery: Town, spans: InMemorySpanExporter
) -> None:
    with trace.get_tracer("test").start_as_current_span("a request") as request:
        await delivery.announce(a_fact())
    [record] = await delivery.relay()
    await delivery.hearer().hear([record])

    [reaction] = [span for span in spans.get_finished_spans() if span.name == "hear DropInRecorded"]
    asked = request.get_span_context()
    assert reaction.parent is not None
    assert reaction.context is not None
    assert (reaction.context.trace_id, reaction.parent.span_id) == (asked.trace_id, asked.span_id)


async def test_a_request_is_named_by_its_route(databases: Databases, spans: InMemorySpanExporter) -> None:
    who = someone("prime-manager")
    async with front_door(databases, "claims", create_app_for) as door:
        known = await door.get(f"/v1/claims/{new_id()}", who)
        unknown = await door.get("/v1/nothing", who)
        await door.get("/health/live", who)

    traced = {f"{span.context.trace_id:032x}": span for span in spans.get_finished_spans() if span.context}
    assert traced[known.headers["x-request-id"]].name == "GET /v1/claims/{claim_id}"
    assert traced[unknown.headers["x-request-id"]].name == "GET"
    assert [span.name for span in traced.values() if "health" in span.name] == []


def test_a_log_line_keeps_only_fields_that_are_known_to_be_safe(capsys: pytest.CaptureFixture[str]) -> None:
    def raise_with_a_name() -> None:
        raise ValueError("Samira Holroyd, born 17 April 1988")

    log = structlog.wrap_logger(
        structlog.PrintLogger(),
        processors=[
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            only_safe_fields,
            structlog.processors.JSONRenderer(),
        ],
    )

    try:
        raise_with_a_name()
    except ValueError:
        log.exception("it.failed", name="Samira Holroyd", note="born 17 April 1988", code="ValueError")

    line = capsys.readouterr().out
    assert "Samira" not in line
    assert "1988" not in line
    assert json.loads(line)["code"] == "ValueError"
