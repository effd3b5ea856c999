"""What was asked in vain: counted by client, and kept in the audit where it concerns a person (X-11).

Whoever tries ids, or writes what they may not, is found by what they were refused; a refusal leaves nothing else.
"""

from uuid import UUID

import structlog
from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import Scope

from common.database import look_from
from common.transaction import Transaction, keep_record

from .access import Caller
from .data_owners import OF
from .http.traffic import NOBODY

log = structlog.get_logger()

REFUSED = Counter("outcomes_refused", "Requests refused", ["client", "status"])
KEPT_OF_READS = {403, 404}
KEPT_OF_WRITES = {403, 404, 409, 412, 413, 415, 422}


def count_refusal(caller: Caller | None, status: int) -> None:
    """Count a refusal for the client that got it, by its status."""
    client = f"{caller.actor.organisation}/{caller.actor.id}" if caller else NOBODY
    REFUSED.labels(client, status).inc()


async def keep_refusal(app: FastAPI, scope: Scope, caller: Caller, status: int) -> None:
    """Say in the audit who was refused what about whom."""
    route = scope.get("route")
    statuses = KEPT_OF_READS if scope["method"] in ("GET", "HEAD") else KEPT_OF_WRITES
    if status not in statuses or not isinstance(route, APIRoute) or OF["participants"].isdisjoint(map(str, route.tags)):
        return
    subjects = [
        f"{name.removesuffix('_id').replace('_', '-')}/{it}" for name, it in scope["path_params"].items() if _id(it)
    ]
    if subjects:
        await keep_apart(app, caller, f"refused {route.name}", *subjects, f"status/{status}")


def keep_whatever_comes(request: Request, action: str, *subjects: str) -> None:
    """Say something in the audit though the request fails, and its transaction with it."""
    request.state.kept_apart = [*getattr(request.state, "kept_apart", ()), (action, subjects)]


async def keep_apart(app: FastAPI, caller: Caller, action: str, *subjects: str) -> None:
    """An entry of the audit in a transaction of its own; where the database does not take it, only the log knows."""
    try:
        async with app.state.sessions.begin() as session:
            tx = Transaction(session, caller.actor, caller.programme_id, caller.now, action)
            tx.touched(*subjects)
            await look_from(session, app.state.service, None, caller.programme_id, caller.actor.organisation)
            await keep_record([tx])
    except (SQLAlchemyError, OSError) as error:
        log.error("audit.not_kept", error=type(error).__name__, code=action)


def _id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
