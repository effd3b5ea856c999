"""Read: a page of a worklist and a KPI tracker through the front door, beside PostgreSQL alone and a bare server.

The page is 50 claims of one provider, from a random place among a hundred thousand, under row security; who read of
whom is kept in the audit, and the floor keeps it too. The bare server answers two bytes and shows what HTTP costs here.
"""

import random
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import httpx
import jwt
from sqlalchemy import TextClause
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from common.ids import new_id
from common.messaging.hearing import Hearer
from common.web.pages import LISTED, cursor_of, list_of
from common.web.signin import token_for_person
from embedded import issuer as development_issuer
from reporting.events.heard import REACTIONS
from reporting.storage.tallies import TO_DATE
from tests.bench.ground import Ground, Place, place
from tests.bench.measuring import Comparison, Lap, take_turns
from tests.bench.serving import Door, load, pgbench, service_told, serving
from tests.parts.api import records_of
from tests.parts.postgres import Database
from tests.reporting.api.programme import a_part
from tests.reporting.story import an_accepted_outcome

CLAIMS, REQUESTS, OUTCOMES_HEARD, BATCH = 100_000, 640, 2_000, 500
PARTICIPANTS_OF_EACH = 1_562
"""Of four providers: as many as the programme had, and never one twice on a page."""
FILL = f"""
insert into claim (claim_id, programme_id, number, provider_id, participant_id, case_id, outcome_id, subject_kind,
                   subject_id, outcome, slot, quantity, unit, revision, state, ready, achieved_on, rate_card,
                   rate_card_version, recorded_by, raised_on)
select uuidv7(), 'kbop', 'KBOP-' || n, (array['horton', 'connect', 'pdap', 'foundation'])[1 + n % 4],
       md5(n % 4 || '/' || n / 4 % {PARTICIPANTS_OF_EACH})::uuid, uuidv7(), uuidv7(),
       'participant', uuidv7(), 'ACC_PREV', 'only', 1, 'outcome', 1, 'raised', true,
       date '2019-09-01' + n % 1500, 'generic', 'v1', array['bench'], date '2024-01-01'
from generate_series(1, {CLAIMS}) as n
"""  # noqa: S608 - every word of it stands in this file
LEAD = """
insert into participant_access
    (programme_id, participant_id, organisation_id, lead_id, scope, source_id, shareable_only, from_on)
select distinct on (participant_id) programme_id, participant_id, provider_id, provider_id, 'lead', uuidv7(), false,
       raised_on
from claim
"""
"""Who leads whom: what shows a provider its claims."""
KEPT = """, kept as (
    insert into audit (programme_id, actor, organisation, action, subjects, business_at)
    select 'kbop', 'bench', 'horton', 'list_claims', array_agg('participant/' || participant_id), now()
    from (select participant_id from page limit 50) as shown
    returning position
), unsealed as (
    insert into audit_unsealed (position) select position from kept
)"""
PAGE = f"""
\\set day random(100, 1400)
with page as materialized (
    select * from claim where programme_id = 'kbop' and provider_id = 'horton'
    and (achieved_on, claim_id) < (date '2019-09-01' + cast(:day as integer), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    order by achieved_on desc, claim_id desc limit 51
){KEPT}
select * from page;
"""  # noqa: S608 - every word of it stands in this file
UNAUDITED = PAGE.replace(KEPT, "")
READ = """
select count(*) = {n} and coalesce(bool_and(cardinality(subjects) = 50), true)
from audit join audit_unsealed using (position)
"""


async def measure(ground: Ground) -> list[Comparison]:
    with tempfile.TemporaryDirectory() as folder, development_issuer.running(Path(folder)) as issuer:
        return [*await _worklist(ground, issuer), *await _tracker(ground, issuer)]


async def _worklist(ground: Ground, issuer: str) -> list[Comparison]:
    with ground.databases.clone("claims") as database:
        async with place(database) as here:
            await many_claims(here)
            token = await token_for_person(issuer, "provider-manager.horton")
            who = jwt.decode(token, options={"verify_signature": False})
            LISTED.set(list_of("/v1/claims", (), who["programme"], who["org"], who["sub"]))
            async with (
                serving(["claims.main"], service_told(database, issuer), token, "/health/ready") as ours,
                serving(HELLO, {}, token, "/") as hello,
            ):
                paths = await _pages(here)
                await _page_is_right(here, ours, paths[0])
                taken = await take_turns(
                    {
                        "ours": partial(_listed, here, ours, paths),
                        "floor": partial(_paged, here, database, PAGE, REQUESTS),
                        "unaudited": partial(_paged, here, database, UNAUDITED, 0),
                        "hello": partial(load, hello, [hello.request("GET", "/")] * REQUESTS, 200),
                    }
                )
    what, audited, without = (
        "worklist, a page of 50, HTTP",
        "a page and who saw it, pgbench",
        "without the audit's rows",
    )
    return [
        Comparison(what, "the same page and audit rows, pgbench", REQUESTS, "requests", taken["ours"], taken["floor"]),
        Comparison(what, "a bare Starlette answer", REQUESTS, "requests", taken["ours"], taken["hello"]),
        Comparison(audited, without, REQUESTS, "pages", taken["floor"], taken["unaudited"]),
    ]


async def many_claims(here: Place) -> None:
    await here.bare.execute(FILL)
    await here.bare.execute(LEAD)
    await here.bare.execute("vacuum analyze claim, participant_access")


HELLO = ["uvicorn", "tests.bench.peers.hello:app", "--port", "{port}", "--log-level", "warning"]


async def _pages(here: Place) -> list[str]:
    found = await here.bare.fetch(
        "select achieved_on, claim_id from claim where provider_id = 'horton'"
        " and achieved_on between date '2019-12-10' and date '2023-07-02' order by claim_id"
    )
    picked = random.Random(7).sample(found, REQUESTS)  # noqa: S311 - not a secret
    return [f"/v1/claims?limit=50&cursor={cursor_of(row['achieved_on'], row['claim_id'])}" for row in picked]


async def _page_is_right(here: Place, door: Door, path: str) -> None:
    """Fifty of the provider's own, in order, and the following page goes on where this one ended."""
    async with httpx.AsyncClient(base_url=door.url, headers={"Authorization": f"Bearer {door.token}"}) as client:
        first = (await client.get(path)).raise_for_status().json()
        second = (await client.get("/v1/claims", params={"limit": 50, "cursor": first["next"]})).json()
    items = first["items"] + second["items"]
    places = [(item["achieved_on"], item["id"]) for item in items]
    assert len(set(places)) == 100
    assert places == sorted(places, reverse=True)
    assert {item["provider_id"] for item in items} == {"horton"}


async def _listed(here: Place, door: Door, paths: Sequence[str]) -> float:
    requests = [door.request("GET", path) for path in paths]
    await here.bare.execute("truncate audit, audit_unsealed")
    seconds = await load(door, requests, 200)
    assert await here.bare.fetchval(READ.format(n=REQUESTS))
    return seconds


async def _paged(here: Place, database: Database, script: str, audited: int) -> float:
    await here.bare.execute("truncate audit, audit_unsealed")
    seconds = await pgbench(database, script, REQUESTS)
    assert await here.bare.fetchval(READ.format(n=audited))
    return seconds


async def _tracker(ground: Ground, issuer: str) -> list[Comparison]:
    with ground.databases.clone("reporting") as database:
        async with place(database) as here:
            token = await token_for_person(issuer, "prime-manager")
            async with serving(["reporting.main"], service_told(database, issuer), token, "/health/ready") as ours:
                await _told(here, ours, issuer)
                path = "/v1/kpi-tracker?month=2019-12"
                await _tracker_is_right(ours, path)
                asked = {"programme": "kbop", "provider": None, "month": "2019-12-01"}
                laps: dict[str, Lap] = {
                    "ours": partial(load, ours, [ours.request("GET", path)] * REQUESTS, 200),
                    "tally": partial(pgbench, database, _script(_literal(TO_DATE, **asked)), REQUESTS),
                    "rows": partial(pgbench, database, _script(COUNTED_ANEW), REQUESTS),
                }
                taken = await take_turns(laps)
    what = f"KPI tracker of {OUTCOMES_HEARD:,} outcomes, HTTP"
    return [
        Comparison(what, "adding up the tally, pgbench", REQUESTS, "requests", taken["ours"], taken["tally"]),
        Comparison(what, "counting its rows anew, pgbench", REQUESTS, "requests", taken["ours"], taken["rows"]),
    ]


COUNTED_ANEW = """
select outcome, claim_state, withdrawn_on is not null, coalesce(accepted_on <= date '2019-12-31', false),
       refusals && array['already_claimed', 'not_on_rate_card'], count(*)
from outcome where programme_id = 'kbop' and achieved_on <= date '2019-12-31' group by 1, 2, 3, 4, 5;
select (select count(*) from support_case where programme_id = 'kbop' and started_on <= date '2019-12-31'),
       (select count(*) from referral where programme_id = 'kbop' and referred_on <= date '2019-12-31')
"""
"""What the tracker would ask without a tally."""


async def _told(here: Place, door: Door, issuer: str) -> None:
    operator = {"Authorization": f"Bearer {await token_for_person(issuer, 'operator')}"}
    async with httpx.AsyncClient(base_url=door.url, headers=operator | {"Idempotency-Key": "bench-load"}) as client:
        (await client.put("/v1/programmes/kbop", json=a_part())).raise_for_status()
    records = records_of([event for _ in range(OUTCOMES_HEARD) for event in an_accepted_outcome(new_id())])
    hearer = Hearer("reporting", here.sessions, REACTIONS)
    for start in range(0, len(records), BATCH):
        await hearer.hear(records[start : start + BATCH], fetched=True)
    await here.bare.execute("vacuum analyze")


async def _tracker_is_right(door: Door, path: str) -> None:
    async with httpx.AsyncClient(base_url=door.url, headers={"Authorization": f"Bearer {door.token}"}) as client:
        rows = (await client.get(path)).raise_for_status().json()["rows"]
    assert sum(row["actuals_to_date"] for row in rows if row["row"] == "three-months") == OUTCOMES_HEARD


def _script(statements: str) -> str:
    return f"begin;\n{' '.join(statements.split())};\ncommit;\n"


def _literal(statement: TextClause, **values: object) -> str:
    """A statement of ours as pgbench takes it, with its values written into it."""
    known = {name: value for name, value in values.items() if f":{name}" in str(statement)}
    bound = statement.bindparams(**known)
    return str(bound.compile(dialect=dialect(), compile_kwargs={"literal_binds": True}))  # pyright: ignore
