"""What the council looks at: declines and long waits, narrowed to what may be perverse (S-12)."""

from datetime import timedelta

import pytest

from tests.parts.api import SIMULATED_AT
from tests.referral_hub.town import HUB, OVERSIGHT, Hub, a_referral

pytestmark = pytest.mark.row("S-12")


async def test_the_council_lists_who_has_waited_long_by_source_and_complexity(hub: Hub) -> None:
    old = await hub.triaged(await hub.referred(source="police", agency_id="police"), risk_level="high")
    await hub.referred()
    later = SIMULATED_AT + timedelta(days=10)
    urgent = a_referral(homeless_at_referral=True)
    recent = hub.done(await hub.door.post("/v1/referrals", HUB, urgent, at=later))

    async def listed(**narrowed: object) -> list[str]:
        answer = hub.done(await hub.door.get("/v1/waiting-list", OVERSIGHT, at=later, **narrowed))
        return [one["referral_id"] for one in answer["items"]]

    assert len(await listed()) == 3
    assert recent["id"] not in await listed(over_days=9)
    assert await listed(over_days=10) == []
    assert await listed(source="police") == await listed(complex=True) == [old["id"]]
    assert await listed(priority=True) == [recent["id"]]


async def test_the_council_lists_declines_by_source(hub: Hub) -> None:
    for source, agency in (("police", "police"), ("council", "kirklees-council-housing")):
        referral = await hub.referred(source=source, agency_id=agency)
        path = f"/v1/referrals/{referral['id']}/decline"
        hub.done(await hub.door.post(path, HUB, {"reason": "out-of-area"}))

    found = (await hub.read("/v1/declines", OVERSIGHT, source="police"))["items"]

    assert [one["source"] for one in found] == ["police"]
