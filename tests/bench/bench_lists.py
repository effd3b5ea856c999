"""Lists: a page of claims of a million beside the same page of ten thousand, in every order and by every filter.

Both are asked under row security as the service does, by the partnership and by a provider, from random places. Without
its own code as filter a provider reads past what is others': its pages cost what its share of all is. A ratio of 0.67
is half as slow again, which is the most that a hundred times as many rows may cost.
"""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from hashlib import md5
from typing import Any
from uuid import UUID

from claims.storage.lists import CLAIMS
from common.database import Sessions, Viewpoint, create_engine, create_sessions, look_from
from common.ids import new_id
from common.lists import CHANGED, Wanted
from tests.bench.ground import Ground
from tests.bench.measuring import Comparison, Stopwatch, take_turns
from tests.parts.postgres import Database, connect

FEW, MANY, PAGES = 10_000, 1_000_000, 60
PROVIDERS, WAITING, DUE = 8, 25, 50
"""So many providers; one claim in so many waits, and one in so many is due."""
FILL = f"""
insert into claim (claim_id, programme_id, number, provider_id, participant_id, case_id, outcome_id, subject_kind,
                   subject_id, outcome, slot, quantity, unit, revision, state, ready, achieved_on, rate_card,
                   rate_card_version, recorded_by, approved_by, submitted_by, raised_on, waiting_since, due_on,
                   verified_by, verified_on)
select uuidv7(), 'kbop', 'KBOP-' || n, 'provider-' || abs(hashint4(n / 4)) % {PROVIDERS}, md5('p' || n / 4)::uuid,
       uuidv7(), uuidv7(),
       'participant', uuidv7(), (array['ACC_PREV', 'ACC_3M', 'EMP_13W', 'WB_2'])[1 + n % 4], 'only', 1, 'outcome', 1,
       case when waits then (array['raised', 'submitted', 'queried'])[1 + n / {WAITING} % 3] else 'verified' end,
       not waits or n % 3 = 0, date '2019-09-01' + n % 1800, 'generic', 'v1', array['bench'], 'prime', 'prime',
       date '2024-01-01', case when waits then date '2024-01-01' + n % 200 end,
       case when n % {DUE} = 0 then date '2024-06-01' + n % 60 end,
       case when not waits then 'council' end, case when not waits then date '2024-02-01' end
from (select n, n % {WAITING} = 0 as waits from generate_series(1, $1) as n) as counted
"""  # noqa: S608 - every word of it stands in this file
LEADS = """
insert into participant_access
    (programme_id, participant_id, organisation_id, lead_id, scope, source_id, shareable_only, from_on)
select distinct on (participant_id) programme_id, participant_id, provider_id, provider_id, 'lead', uuidv7(), false,
       raised_on
from claim
"""
ASKED: Mapping[str, Mapping[str, Any]] = {
    "-achieved": {},
    "-achieved, a month": {"month": "2021-03"},
    "-achieved, by state": {"state": "verified"},
    "-achieved, by provider": {"provider": "provider-3"},
    "-achieved, by outcome": {"outcome": "ACC_3M"},
    "-achieved, not ready": {"ready": False},
    "waiting": {},
    "waiting, by state": {"state": "submitted"},
    "waiting, by provider": {"provider": "provider-3"},
    "due": {},
    "due, by provider": {"provider": "provider-3"},
    "-achieved, of a participant": {"participant_id": UUID("00000000-0000-0000-0000-000000000000")},
    CHANGED: {},
}
"""Every order and filter by which there is an index."""


async def measure(ground: Ground) -> list[Comparison]:
    with ground.databases.clone("claims") as small, ground.databases.clone("claims") as large:
        sessions = [await _filled(database, rows) for database, rows in ((large, MANY), (small, FEW))]
        found: list[Comparison] = []
        for who in ((Viewpoint.PARTNERSHIP, "kbop-prime"), (Viewpoint.PROVIDER, "provider-3")):
            for asked, said in ASKED.items():
                wanted = Wanted(asked.partition(",")[0], said, most=50)
                taken = await take_turns(
                    {str(n): partial(_pages, each, who, wanted) for n, each in enumerate(sessions)}
                )
                what = f"claims for the {who[0]}, {asked}"
                found.append(Comparison(what, "the same of 10,000", PAGES, "pages", taken["0"], taken["1"]))
        return found


async def _filled(database: Database, rows: int) -> Sessions:
    bare = await connect(database.admin_dsn)
    await bare.execute("set session_replication_role = replica")
    await bare.execute(FILL.replace("$1", str(rows)))
    await bare.execute(LEADS)
    await bare.execute("vacuum analyze claim, participant_access")
    await bare.close()
    return create_sessions(create_engine(database.url("main"), pool_size=1))


async def _pages(sessions: Sessions, who: tuple[Viewpoint, str], wanted: Wanted) -> float:
    """So many pages from random places, each in a transaction of its own; the seconds they took."""
    draw = random.Random(7)  # noqa: S311 - not a secret
    rows = 0
    with Stopwatch() as watch:
        for _ in range(PAGES):
            async with sessions.begin() as session:
                await look_from(session, "claims", who[0], "kbop", who[1])
                page = replace(wanted, after=_place(draw, wanted), said=_said(draw, wanted))
                rows += len((await session.execute(CLAIMS.query(page))).all())
    assert rows > 0
    return watch.seconds


def _place(draw: random.Random, wanted: Wanted) -> tuple[Any, ...] | None:
    """Somewhere in the first half, whichever way round, so that a page is full."""
    days = {"-achieved": (date(2024, 8, 1), -800), "waiting": (date(2024, 1, 1), 90), "due": (date(2024, 6, 1), 25)}
    if wanted.order == CHANGED or wanted.said.keys() & {"participant_id", "month"}:
        return None
    first, most = days[wanted.order]
    return first + timedelta(days=draw.randrange(abs(most))) * (1 if most > 0 else -1), new_id()


def _said(draw: random.Random, wanted: Wanted) -> Mapping[str, Any]:
    if "participant_id" not in wanted.said:
        return wanted.said
    return {"participant_id": UUID(md5(f"p{draw.randrange(1, FEW // 4)}".encode()).hexdigest())}  # noqa: S324 - an id
