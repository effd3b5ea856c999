"""Row security: what it costs to list 50 rows as a provider, with the policies and without.

The same page of claims in the same transaction, by the same role: from the table with its policies, and from a copy
without any, where the query itself says whose rows are wanted. One floor says so as the policy does, by who leads or
shares a participant; the other by the provider's id alone, which could not show what is shared.
"""

import re
from functools import partial

from tests.bench.bench_read import many_claims
from tests.bench.ground import Ground, Place, place
from tests.bench.measuring import Comparison, Seconds, take_turns
from tests.bench.serving import pgbench
from tests.parts.postgres import Database

PAGES = 640
COPIES = """
create table bare_claim (like claim including all);
insert into bare_claim select * from claim;
create table bare_access (like participant_access including all);
insert into bare_access overriding system value select * from participant_access;
grant select on bare_claim, bare_access to claims_provider;
"""
LIST = """
select * from {table} where {whose} and (achieved_on, claim_id) < (date '2019-09-01' + cast(:day as integer),
                                                                   'ffffffff-ffff-ffff-ffff-ffffffffffff')
order by achieved_on desc, claim_id desc limit 51;
"""
SHARED = """
programme_id = 'kbop' and (participant_id, provider_id) in (
    select a.participant_id, a.lead_id from bare_access a
    where a.organisation_id = 'horton' and a.until_on is null and not a.shareable_only)
"""
LISTS = {
    "policies": LIST.format(table="claim", whose="true"),
    "shared": LIST.format(table="bare_claim", whose=SHARED),
    "own": LIST.format(table="bare_claim", whose="programme_id = 'kbop' and provider_id = 'horton'"),
}
LOOK = """
select set_config('app.programme', 'kbop', true), set_config('app.organisation', 'horton', true),
       set_config('role', 'claims_provider', true);
"""
SCRIPT = "\\set day random(100, 1400)\nbegin;{look}{list}commit;\n"


async def measure(ground: Ground) -> list[Comparison]:
    with ground.databases.clone("claims") as database:
        async with place(database) as here:
            await many_claims(here)
            await here.bare.execute(COPIES)
            await here.bare.execute("vacuum analyze bare_claim, bare_access")
            await _alike(here)
            taken = await take_turns({name: partial(_listed, database, listing) for name, listing in LISTS.items()})
    return [
        _compared("the policy's condition in the query, no policies", taken["policies"], taken["shared"]),
        _compared("the provider's id in the query, no policies", taken["policies"], taken["own"]),
    ]


def _compared(floor: str, ours: Seconds, floors: Seconds) -> Comparison:
    return Comparison("list 50 rows with row security", floor, PAGES, "pages", ours, floors)


async def _listed(database: Database, listing: str) -> float:
    return await pgbench(database, SCRIPT.format(look=LOOK, list=listing), PAGES)


async def _alike(here: Place) -> None:
    """All three answer the same full page, of one provider, wherever it begins."""
    for day in (100, 750, 1400):
        found = [await _page(here, re.sub(":day", str(day), listing)) for listing in LISTS.values()]
        assert len(found[0]) == 51
        assert found[0] == found[1] == found[2]


async def _page(here: Place, listing: str) -> list[tuple[object, ...]]:
    async with here.bare.transaction():
        await here.bare.execute(LOOK)
        return [tuple(row) for row in await here.bare.fetch(listing)]
