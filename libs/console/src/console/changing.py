"""Changes of rate cards: what waits for whom, and the word of prime and council on it."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

from .doors import Doors

CHANGES = "/v1/rate-card-changes"


def changes(doors: Doors, state: str | None = None) -> AsyncIterator[dict[str, Any]]:
    """Drafts, proposals and what became of them, the newest first."""
    return doors.pages("claims", CHANGES, state=state)


async def change(doors: Doors, change_id: UUID) -> dict[str, Any]:
    """One change whole, beside the version in force before it."""
    return (await doors.ask("claims", "GET", f"{CHANGES}/{change_id}")).json()


async def take_step(doors: Doors, change_id: UUID, step: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Accept (`acceptance`), reject (`rejection`) or withdraw (`withdrawal`) it; where it stands then."""
    headers = {"Idempotency-Key": uuid4().hex}
    return (await doors.ask("claims", "POST", f"{CHANGES}/{change_id}/{step}", json=body, headers=headers)).json()


async def accept_all(doors: Doors) -> list[dict[str, Any]]:
    """Accept whatever waits for the asker's side; where each stands then."""
    waiting = [each async for each in changes(doors, "proposed") if "accept" in each["allowed"]]
    return [await take_step(doors, each["id"], "acceptance") for each in waiting]
