"""Truthful health: live says the process runs, ready says it can do its work, and what of the record waits."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.database import Sessions

router = APIRouter(tags=["operations"])

STATE = text("""
select (select count(*) from pending) + numbered - published as unpublished,
       greatest(coalesce((select extract(epoch from clock_timestamp() - min(announced_at)) from pending), 0),
                case when numbered > published then extract(epoch from clock_timestamp() - moved_at) else 0 end)
           as oldest_unpublished_seconds,
       (select count(*) from inbox where state = 'open' and heard_sequence > last_sequence) as waiting,
       (select count(*) from inbox where state = 'retrying') as retrying,
       (select count(*) from inbox where state = 'parked') as parked,
       (select count(*) from inbox where state = 'forked') as forked,
       (select coalesce(sum(skipped), 0) from inbox) as skipped
from relay
""")


@router.get("/health/live", include_in_schema=False)
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/health/ready", include_in_schema=False)
async def ready(request: Request) -> JSONResponse:
    """The database answers, migrations are in, and what of the record waits: 200, or 503 with the reason."""
    try:
        state = await delivery_state(request.app.state.sessions)
    except (DBAPIError, OSError, TimeoutError) as error:
        return JSONResponse({"status": "unavailable", "reason": f"database: {type(error).__name__}"}, 503)
    return JSONResponse({"status": "ready", "delivery": state})


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Prometheus metrics: outbox depth and age, and the inbox by state."""
    registry = CollectorRegistry()
    for name, value in (await delivery_state(request.app.state.sessions)).items():
        Gauge(f"outcomes_{name}", f"Delivery: {name.replace('_', ' ')}", registry=registry).set(value)
    return Response(generate_latest() + generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


async def delivery_state(sessions: Sessions) -> dict[str, float]:
    """Counts of what is unpublished, waiting, retrying, parked, forked and skipped.

    Raises:
        DBAPIError: the database does not answer.
    """
    async with sessions.begin() as session:
        row: Any = (await session.execute(STATE)).mappings().one()
    return {name: float(value) for name, value in row.items()}
