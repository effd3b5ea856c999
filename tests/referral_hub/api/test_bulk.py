"""Files of referrals: names in, ids out, and each as its agency may refer by itself."""

import json
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from common.database import Viewpoint, look_from
from referral_hub.routes.bulk import KINDS
from tests.parts.bulk import came_of, send_file
from tests.referral_hub.town import HUB, KNH, PRISONS, Hub, a_person, a_referral

HEADER = "key,source,person.given_name,person.family_name,person.date_of_birth,needs,consent_to_share,notes\r\n"


def a_key() -> str:
    return f"row-{uuid4().hex}"


def a_line(person: dict[str, Any], needs: str = "homelessness", **but: str) -> str:
    said = [but.get("key", a_key()), but.get("source", "custody"), *person.values(), needs, "yes", '"Two\nlines"']
    return ",".join(said) + "\r\n"


async def test_an_agency_refers_many_by_one_file_and_is_told_no_more_than_by_itself(hub: Hub) -> None:
    known, key = a_person(), a_key()
    await hub.referred(person=known)
    rows = HEADER + a_line(a_person(), key=key) + a_line(a_person(), needs="homelessness|mental-health") + a_line(known)
    rows += a_line(a_person() | {"date_of_birth": "soon"})

    job, told = await came_of(hub.door, KINDS, PRISONS, "referrals", rows)
    again, told_again = await came_of(hub.door, KINDS, PRISONS, "referrals", rows)

    assert (job["accepted"], job["refused"], again["duplicate"], again["refused"]) == (3, 1, 3, 1)
    assert all(row["answer"]["participant_id"] is None and row["answer"]["state"] == "received" for row in told[:3])
    assert [row["answer"] for row in told] == [row["answer"] for row in told_again]
    assert told[3]["answer"]["errors"][0]["field"] == "body.person.date_of_birth"
    assert [row["line"] for row in told] == [3, 5, 7, 9]
    announced = await hub.door.announced("ReferralReceived", "ReferralJoined")
    assert len(announced) == 4
    kept = await hub.door.rows("select answer, subjects from bulk_row")
    assert known["family_name"] not in str(kept)


async def test_a_row_acts_in_its_senders_name_and_not_in_that_of_the_row_before(hub: Hub) -> None:
    """An agency's referral is taken in the hub's own viewpoint: the next row begins again in the agency's."""
    mine = a_referral(source="custody", agency_id=None)
    other = a_referral(source="custody", agency_id="kirklees-neighbourhood-housing")
    rows = [{"key": a_key()} | body for body in (mine, other, a_referral(source="custody", agency_id=None))]
    rows.append({"key": a_key(), "participant_id": str(uuid4())} | a_referral(source="custody", agency_id=None))

    _, told = await came_of(hub.door, KINDS, PRISONS, "referrals", "".join(f"{json.dumps(row)}\n" for row in rows))

    assert [row["status"] for row in told] == [201, 403, 201, 403]
    referrals = await hub.door.rows("select agency_id from referral")
    assert {row["agency_id"] for row in referrals} == {"hm-prisons"}


async def test_what_came_of_the_hubs_rows_names_in_the_audit_whoever_is_told_of(hub: Hub) -> None:
    row = {"key": a_key()} | a_referral()
    job, [told] = await came_of(hub.door, KINDS, HUB, "referrals", json.dumps(row))
    again, _ = await came_of(hub.door, KINDS, HUB, "referrals", json.dumps(row))

    assert again["duplicate"] == 1
    reads = await hub.door.rows("select subjects from audit where action = 'list_results'")
    assert len(reads) == 2
    assert all(f"participant/{told['answer']['participant_id']}" in one["subjects"] for one in reads)
    assert (await hub.door.get(f"/v1/bulk-jobs/{job['id']}", KNH)).status_code == 404


@pytest.mark.parametrize(
    ("viewpoint", "organisation", "seen"),
    [
        (Viewpoint.PARTNERSHIP, "kbop-prime", 2),
        (Viewpoint.PARTNERSHIP, "kirklees-council", 0),
        (Viewpoint.AGENCY, "hm-prisons", 1),
        (Viewpoint.AGENCY, "kirklees-neighbourhood-housing", 0),
        (Viewpoint.PROVIDER, "horton", 0),
    ],
)
async def test_whoever_sees_the_whole_programme_sees_no_file_of_others(
    hub: Hub, viewpoint: Viewpoint, organisation: str, seen: int
) -> None:
    rows = [{"key": a_key()} | a_referral(source="custody", agency_id=None) for _ in range(2)]
    await send_file(hub.door, PRISONS, "referrals", json.dumps(rows[0]))
    await send_file(hub.door, HUB, "referrals", "".join(f"{json.dumps(row)}\n" for row in rows))

    async with hub.door.app.state.sessions.begin() as session:
        await look_from(session, "referral_hub", viewpoint, "kbop", organisation)
        counts = [
            (await session.execute(text(f"select count(*) from {table}"))).scalar_one()  # noqa: S608 - our own names
            for table in ("bulk_row", "bulk_job")
        ]

    assert counts == [seen, min(seen, 1)]
