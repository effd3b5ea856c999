"""What the audit says of a request that succeeded: one row, naming every participant of whom the answer tells.

A read is held to name somebody, unless it is listed here with the reason why it tells of no participant. So a new route
that does not say whom it touched fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi.routing import APIRoute

from tests.isolation.worlds import UUID_LIKE, World

COUNTS = "counts, sums and medians of everybody together"
TERMS = "what the programme, its providers and its rate cards say"
SEALS = "the audit itself: its own row names the entries that were read (ADR 0016)"
ADDRESSES = "where an organisation has messages sent, and how that stands"
ROWS = "counts of rows of a file, and by whom it was sent"
COLUMNS = "the columns of files, and how other systems call them"
CLOCKS = "where clocks stand in a sandbox"
STREAMS = "where streams stand, for those who keep them going (ADR 0016)"
NO_ONE_IN_IT: Mapping[str, str] = {
    "GET /v1/audit": SEALS,
    "GET /v1/audit-grants": TERMS,
    "GET /v1/audit/checkpoints": SEALS,
    "GET /v1/audit/standing": SEALS,
    "GET /v1/bulk-jobs": ROWS,
    "GET /v1/bulk-jobs/{job_id}": ROWS,
    "GET /v1/bulk-kinds": COLUMNS,
    "GET /v1/bulk-kinds/{kind}": COLUMNS,
    "GET /v1/bulk-kinds/{kind}/template": COLUMNS,
    "GET /v1/bulk-profiles": COLUMNS,
    "GET /v1/bulk-profiles/{name}": COLUMNS,
    "GET /v1/documents/checks": "ids of documents, and whether their bytes are whole",
    "GET /v1/equivalents": TERMS,
    "GET /v1/events/redactions": STREAMS,
    "GET /v1/inbox": STREAMS,
    "GET /v1/inbox/effects": STREAMS,
    "GET /v1/innovations": TERMS,
    "GET /v1/kpi-tracker": COUNTS,
    "GET /v1/kpi-tracker/csv": COUNTS,
    "GET /v1/kpi-tracker/xlsx": COUNTS,
    "GET /v1/monthly-reports": COUNTS,
    "GET /v1/monthly-reports/{month}": COUNTS,
    "GET /v1/programme/figures": COUNTS,
    "GET /v1/programme/people-with-outcomes": COUNTS,
    "GET /v1/programme/position": COUNTS,
    "GET /v1/programme/summary": COUNTS,
    "GET /v1/programme/sustainment": COUNTS,
    "GET /v1/programmes/{programme_id}": TERMS,
    "GET /v1/providers": TERMS,
    "GET /v1/rate-card-changes": TERMS,
    "GET /v1/rate-card-changes/{change_id}": TERMS,
    "GET /v1/rate-cards": TERMS,
    "GET /v1/rate-cards/{card}/{version}": TERMS,
    "GET /v1/rate-cards/{card}/{version}/prices": TERMS,
    "GET /v1/reasons": TERMS,
    "GET /v1/sandbox": CLOCKS,
    "GET /v1/sandbox/clocks": CLOCKS,
    "GET /v1/sandbox/groups": COUNTS,
    "GET /v1/sandbox/groups/{group_id}": COUNTS,
    "GET /v1/statements": COUNTS,
    "GET /v1/statements/{statement_id}": COUNTS,
    "GET /v1/streams": STREAMS,
    "GET /v1/streams/faults": STREAMS,
    "GET /v1/waiting-times": COUNTS,
    "GET /v1/webhooks": ADDRESSES,
    "GET /v1/webhooks/{webhook_id}": ADDRESSES,
}
"""Reads of no participant, and why."""
TELL_OF_STREAMS = {
    *(route for route, why in NO_ONE_IN_IT.items() if why in (SEALS, STREAMS)),
    "POST /v1/inbox/retry",
    "POST /v1/inbox/skip",
    "POST /v1/inbox/hear-again",
    "POST /v1/inbox/hear-missing",
}
"""Ids stand in these as the names of streams, and nothing about anyone."""
CARRIED_ON = {"GET /v1/events", "POST /v1/events/missing"}
MACHINERY = {"service", "operator"}
"""For whom the feed is how events travel, and no look at anyone."""

PEOPLE = """
select substr(subject, 13) from stream where subject like 'participant/%'
union select substr(subject, 13) from inbox where subject like 'participant/%'
"""
"""Everybody a service announced or heard something about."""
SINCE = "select action, subjects from audit where position > $1 order by position"


@dataclass(frozen=True, slots=True)
class Trail:
    """Where the audit stood before a request, and what it must say after."""

    world: World
    route: APIRoute
    name: str
    role: str
    position: int

    async def faults(self, answer: httpx.Response, *, owner: bool) -> list[str]:
        """What is missing from the record of an answer, as sentences; its owner was certainly shown somebody."""
        rows = [dict(row) for row in await self.world.admin.fetch(SINCE, self.position)]
        named = {subject for row in rows for subject in row["subjects"]}
        people = {f"participant/{row[0]}" for row in await self.world.admin.fetch(PEOPLE)}
        told = people & {f"participant/{each}" for each in UUID_LIKE.findall(text_of(answer))}
        faults: list[str] = []
        if len(rows) > 1 or any(row["action"] != self.route.name for row in rows):
            faults.append(f"one request left {[row['action'] for row in rows]} in the audit")
        if writes(self.route) and not named:
            faults.append("a change left nothing in the audit")
        if self.name in TELL_OF_STREAMS or (self.name in CARRIED_ON and self.role in MACHINERY):
            return faults
        if owner and not is_empty(answer) and not self.names_enough(named):
            faults.append("it names no participant in the audit: call `tx.touched`, or list it in NO_ONE_IN_IT")
        if unnamed := told - named:
            faults.append(f"it tells of {sorted(unnamed)[:3]}, whom the audit does not name")
        return faults

    def names_enough(self, named: set[str]) -> bool:
        """A write names what it is about; a read, unless there is no one in it, at least one participant."""
        someone = any(subject.startswith("participant/") for subject in named)
        return writes(self.route) or someone or self.name in NO_ONE_IN_IT


async def trail_from_here(world: World, route: APIRoute, name: str, role: str) -> Trail:
    """Mark where the audit stands."""
    stands = await world.admin.fetchval("select coalesce(max(position), 0) from audit")
    return Trail(world, route, name, role, stands)


def writes(route: APIRoute) -> bool:
    """Whether a route takes the transaction of a write."""
    headers = [header.alias for dependant in route.dependant.dependencies for header in dependant.header_params]
    return "idempotency-key" in headers


def text_of(answer: httpx.Response) -> str:
    return answer.content.decode("utf-8", "replace")


def is_empty(answer: httpx.Response) -> bool:
    """Whether it is a list with nothing in it, which nobody was shown anything by."""
    if not answer.headers.get("content-type", "").startswith("application/json"):
        return False
    body: Any = answer.json()
    return isinstance(body, dict) and "items" in body and not body["items"]
