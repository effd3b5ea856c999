"""Handing a programme's parts to the services that own them."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from programme import Programme

from .doors import Doors


@dataclass(frozen=True, slots=True)
class Said:
    """What a service said to its part."""

    service: str
    answer: dict[str, Any]
    replayed: bool
    """It had this very content before and answered as it did then."""


def parts(programme: Programme) -> dict[str, str]:
    """Service → its part of the programme, as JSON."""
    return {
        "referral-hub": programme.hub_part().model_dump_json(),
        "case-management": programme.cases_part().model_dump_json(),
        "claims": programme.claims_part().model_dump_json(),
        "reporting": programme.reporting_part().model_dump_json(),
    }


def key_of(part: str, again: str = "") -> str:
    """The idempotency key of a part: the same content, the same key, unless sent again on purpose."""
    return f"programme-{hashlib.sha256((part + again).encode()).hexdigest()[:40]}"


async def load(doors: Doors, programme: Programme, again: str = "") -> AsyncIterator[Said]:
    """Hand every service its part, in the order of the river.

    Raises:
        Refused: a service does not accept its part; those before it have accepted theirs. Correct it and load again.
        httpx.HTTPError: a service did not answer.
    """
    for service, part in parts(programme).items():
        headers = {"Idempotency-Key": key_of(part, again), "Content-Type": "application/json"}
        path = f"/v1/programmes/{programme.programme_id}"
        answer = await doors.ask(service, "PUT", path, content=part, headers=headers)
        yield Said(service, answer.json(), "idempotency-replayed" in answer.headers)
