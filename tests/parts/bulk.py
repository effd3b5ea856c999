"""Files of rows: sent as anybody sends them, and carried out as the worker does."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx

from common.bulk.carrying import carry_group
from common.bulk.kinds import BulkKind
from common.database import Sessions
from tests.parts.api import SIMULATED_AT, FrontDoor

Kinds = Mapping[str, BulkKind]


async def send_file(door: FrontDoor, who: str, of: str, content: str | bytes, **more: str) -> httpx.Response:
    """Send a file; `more` are the other parts of the form."""
    headers = {"Authorization": f"Bearer {who}", "Idempotency-Key": uuid4().hex}
    headers["Simulated-Now"] = SIMULATED_AT.isoformat()
    sent = content.encode() if isinstance(content, str) else content
    files = {"file": ("rows", sent, "application/octet-stream")}
    return await door.client.post("/v1/bulk-jobs", data={"of": of, **more}, files=files, headers=headers)


async def carry_out(sessions: Sessions, service: str, kinds: Kinds) -> None:
    """Carry out whatever rows there are."""
    while await carry_group(service, kinds, sessions):
        pass


async def came_of(
    door: FrontDoor, kinds: Kinds, who: str, of: str, content: str | bytes, **more: str
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Send a file and have it carried out: how it stands then, and what came of its rows."""
    sent = await send_file(door, who, of, content, **more)
    assert sent.status_code == 201, sent.text
    await carry_out(door.worker, door.app.state.service, kinds)
    return await stands(door, who, sent.json()["id"])


async def stands(door: FrontDoor, who: str, job_id: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """How a file stands, and what came of its first rows."""
    job = (await door.get(f"/v1/bulk-jobs/{job_id}", who)).json()
    told = await door.get(f"/v1/bulk-jobs/{job_id}/results", who, limit=200)
    return job, told.json()["items"]
