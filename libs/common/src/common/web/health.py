"""Truthful health: live says the process runs, ready says it can do its work, and what of the record waits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.database import Sessions, rows
from common.river import SERVICES

from .routing import Routes

router = Routes(tags=["operations"])

STATE = text("""
select (select count(*) from pending) + numbered - published as unpublished,
       greatest(coalesce((select extract(epoch from clock_timestamp() - min(announced_at)) from pending), 0),
                case when numbered > published
                     then extract(epoch from clock_timestamp() - coalesce(waiting_since, moved_at)) else 0 end)
           as oldest_unpublished_seconds,
       faults as record_faults
from relay
""")
SEALING = text("""
select (select count(*) from audit_unsealed) as unsealed,
       coalesce((select extract(epoch from clock_timestamp() - min(recorded_at)) from audit_unsealed), 0)
           as oldest_unsealed_seconds,
       coalesce(extract(epoch from clock_timestamp() - unwitnessed_since), 0) as oldest_unwitnessed_seconds
from sealer
""")
"""Of the audit: what no chain binds yet, and since when no checkpoint outside tells of what is bound."""
EDGES = text("""
select topic, sum(heard_sequence - last_sequence) as behind, sum(skipped) as skipped,
       count(*) filter (where state = 'open' and heard_sequence > last_sequence) as waiting,
       count(*) filter (where state = 'retrying') as retrying, count(*) filter (where state = 'parked') as parked,
       count(*) filter (where state = 'parked' and error_code = 'forged') as forged,
       count(*) filter (where state = 'forked') as forked
from inbox group by topic order by topic
""")
"""One pass over the inbox for all that is counted there."""
TOLD = text("""
select (select coalesce(max(numbered - told_up_to), 0) from webhook cross join relay where state = 'on') as behind,
       (select count(*) from webhook where state = 'on' and failing_since is not null) as failing,
       (select count(*) from webhook where state = 'disabled') as disabled,
       coalesce((
           select extract(epoch from clock_timestamp() - min(next_at)) from webhook_delivery first
           where state = 'waiting' and attempts = 0 and next_at < clock_timestamp()
             and exists (select from webhook where id = webhook_id and state = 'on' and failing_since is null)
             and not exists (
                 select from webhook_delivery tried
                 where tried.webhook_id = first.webhook_id and tried.state = 'waiting' and tried.attempts > 0)), 0)
           as late_seconds
""")
"""Of webhooks: how far the worker is behind for them, and how many addresses take nothing. What waits behind a message
that was refused is late by no fault of ours."""
LATE_SECONDS = 60
COUNTED = ("waiting", "retrying", "parked", "forged", "forked", "skipped")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What of the record waits, and how many events each heard topic is behind what was heard of it."""

    counts: dict[str, float]
    behind: dict[str, float]
    audit: dict[str, float]

    def why_degraded(self) -> Iterator[str]:
        """What does not pass by itself, or should have passed by now, in sentences."""
        delay, seal_delay = self.counts["oldest_unpublished_seconds"], self.audit["oldest_unsealed_seconds"]
        if delay > LATE_SECONDS:
            yield f"Announcements have waited {delay:.0f} s: the worker does not run, or does not reach its broker."
        if seal_delay > LATE_SECONDS:
            yield f"The audit has not been sealed for {seal_delay:.0f} s: the worker does not run."
        if parked_streams := self.counts["parked"]:
            yield f"Parked streams that wait for an operator: {parked_streams:.0f} (docs/runbooks/parked-stream.md)."
        if forks := self.counts["forked"]:
            yield f"Streams whose announcer contradicts what was heard: {forks:.0f} (docs/runbooks/forked-stream.md)."
        if faults := self.counts["record_faults"]:
            yield f"Streams that are not as they were announced: {faults:.0f} (docs/runbooks/record-altered.md)."


@router.get("/health/live", include_in_schema=False)
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/health/ready", include_in_schema=False)
async def ready(request: Request) -> JSONResponse:
    """The database answers, migrations are in, and what of the record waits: 200, or 503 with the reason.

    `degraded` says what somebody must look at though requests are served: nothing is lost, but it comes late.
    """
    try:
        state = await delivery_state(request.app.state.sessions)
    except (DBAPIError, OSError, TimeoutError) as error:
        return JSONResponse({"status": "unavailable", "reason": f"database: {type(error).__name__}"}, 503)
    reasons = list(state.why_degraded())
    content = {"status": "degraded" if reasons else "ready", "degraded": reasons}
    return JSONResponse(content | {"delivery": state.counts, "behind": state.behind, "audit": state.audit})


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Prometheus metrics: requests by route and organisation, outbox depth and age, the inbox by state, how far behind
    each edge is, what of the audit is not sealed or not witnessed, and, where there are any, how webhooks are told."""
    registry = CollectorRegistry()
    state = await delivery_state(request.app.state.sessions)
    if SERVICES[request.app.state.service.replace("_", "-")].announces is not None:
        for name, value in (await webhooks_state(request.app.state.sessions)).items():
            Gauge(f"outcomes_webhooks_{name}", f"Webhooks: {name.replace('_', ' ')}", registry=registry).set(value)
    for name, value in state.counts.items():
        Gauge(f"outcomes_{name}", f"Delivery: {name.replace('_', ' ')}", registry=registry).set(value)
    for name, value in state.audit.items():
        Gauge(f"outcomes_audit_{name}", f"Audit: {name.replace('_', ' ')}", registry=registry).set(value)
    behind = Gauge("outcomes_behind", "Events heard of and not applied", ["topic"], registry=registry)
    for topic, events in state.behind.items():
        behind.labels(topic).set(events)
    return Response(generate_latest() + generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


async def delivery_state(sessions: Sessions) -> Delivery:
    """Counts of what is unpublished, waiting, retrying, parked, forged, forked, skipped, unsealed, and each edge's lag.

    Raises:
        DBAPIError: the database does not answer.
    """
    async with sessions.begin() as session:
        state: Any = (await session.execute(STATE)).mappings().one()
        edges = rows(await session.execute(EDGES))
        sealing = (await session.execute(SEALING)).mappings().one()
    edge_counts = {name: sum(edge[name] for edge in edges) for name in COUNTED}
    counts = {name: float(value) for name, value in {**state, **edge_counts}.items()}
    audit = {name: float(value) for name, value in sealing.items()}
    return Delivery(counts, {edge["topic"]: float(edge["behind"]) for edge in edges}, audit)


async def webhooks_state(sessions: Sessions) -> dict[str, float]:
    """How many events the worker is behind for the slowest webhook, how many addresses fail or were disabled, and since
    how many seconds a message is due to an address that takes what it is sent.

    Raises:
        DBAPIError: the database does not answer.
    """
    async with sessions.begin() as session:
        return {name: float(value) for name, value in (await session.execute(TOLD)).mappings().one().items()}
