"""Whoever may be known already is found by an index, below row-level security too, however many there are."""

import pytest

from tests.parts.postgres import connect
from tests.referral_hub.town import Hub

SOUNDS = """
select participant_id from participant_sound where programme_id = 'kbop' and sound = any(name_sounds('amina khan'))
"""
WHOLE = "select id from participant where programme_id = 'kbop' and national_insurance in ('AB123456', 'AB123456A')"
UNCERTAIN = "select id from participant where programme_id = 'kbop' and date_of_birth is null"


@pytest.mark.parametrize(
    ("asked", "index", "condition"),
    [
        (SOUNDS, "pk_participant_sound", "sound = ANY"),
        (WHOLE, "ix_participant_national_insurance_whole", "national_insurance = ANY"),
        (UNCERTAIN, "ix_participant_uncertain", "programme_id"),
    ],
)
async def test_the_search_for_somebody_known_goes_by_index_below_row_level_security(
    hub: Hub, asked: str, index: str, condition: str
) -> None:
    connection = await connect(hub.door.database.url("main").replace("+asyncpg", ""))
    await connection.execute("set role referral_hub_partnership; set app.programme = 'kbop'; set enable_seqscan = off")

    plan = [row[0].strip() for row in await connection.fetch(f"explain {asked}")]
    await connection.close()

    assert any(index in line for line in plan), plan
    assert any(line.startswith("Index Cond") and condition in line for line in plan), plan
