"""Verify: what one contract row bears. Several claims of one programme at once; every verification holds that row.

They are asked in this process, without HTTP, through the whole app. The floor is the row alone: locked, moved on and
committed as often, by pgbench.
"""

import asyncio
from collections.abc import Sequence
from functools import partial

from claims.main import create_app_for
from tests.bench.ground import Ground, Place, place
from tests.bench.measuring import ROUNDS, Comparison, Stopwatch, take_turns
from tests.bench.serving import pgbench
from tests.claims.parts import VERIFIER, evidenced, load, step, submitted
from tests.parts.api import FrontDoor, front_door_of
from tests.parts.postgres import Database

CLAIMS, AT_ONCE = 160, 8
ALONE = """
begin;
select * from contract where programme_id = 'kbop' for no key update;
update contract set version = version + 1 where programme_id = 'kbop';
commit;
"""
COUNTED = "select count(*) from valuation where ended_on is null"


async def measure(ground: Ground) -> list[Comparison]:
    with ground.databases.clone("claims") as database:
        async with place(database) as here, front_door_of(database, create_app_for) as door:
            await load(door, cap_pence=10**12)
            claims = await submitted(door, *(evidenced() for _ in range(CLAIMS * (ROUNDS + 1))))
            laps = {"ours": partial(_verified, here, door, claims), "floor": partial(_moved, database)}
            taken = await take_turns(laps)
    floor = "the contract's row locked and moved on, pgbench"
    return [Comparison("verify claims of one programme", floor, CLAIMS, "claims", taken["ours"], taken["floor"])]


async def _verified(here: Place, door: FrontDoor, claims: list[str]) -> float:
    """The next of them, several at once."""
    mine, claims[:CLAIMS] = claims[:CLAIMS], []
    before = await here.bare.fetchval(COUNTED)
    with Stopwatch() as watch:
        await asyncio.gather(*(_one_by_one(door, mine[first::AT_ONCE]) for first in range(AT_ONCE)))
    assert await here.bare.fetchval(COUNTED) == before + CLAIMS
    return watch.seconds


async def _one_by_one(door: FrontDoor, claims: Sequence[str]) -> None:
    for claim in claims:
        await step(door, claim, "verification", VERIFIER)


async def _moved(database: Database) -> float:
    return await pgbench(database, ALONE, CLAIMS)
