"""A trace crosses the outbox, and a log line cannot carry what is personal."""

import json

import pytest
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from common.telemetry import only_safe_fields
from tests.common.messaging.parts import Town, a_fact


async def test_the_reaction_belongs_to_the_trace_of_the_request_that_announced(delivery: Town) -> None:
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    trace.set_tracer_provider(provider)

    with trace.get_tracer("test").start_as_current_span("a request") as request:
        await delivery.announce(a_fact())
    [record] = await delivery.relay()
    await delivery.hearer().hear([record])

    [reaction] = [span for span in spans.get_finished_spans() if span.name == "hear DropInRecorded"]
    asked = request.get_span_context()
    assert reaction.parent is not None
    assert reaction.context is not None
    assert (reaction.context.trace_id, reaction.parent.span_id) == (asked.trace_id, asked.span_id)


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
