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


async def test_the_council_reads_the_facts_of_a_referral_and_none_of_the_words(hub: Hub) -> None:
    triaged = await hub.triaged(await hub.referred(notes="Hears voices.", consent_to_share=True))
    path = f"/v1/referrals/{triaged['id']}"
    hub.done(
        await hub.door.post(f"{path}/information-requests", HUB, {"question_code": "consent", "note": "Who said so?"})
    )
    wrong = {"reason": "Misheard.", "facts": {"notes": "Hears little.", "homeless_at_referral": True}}
    hub.done(await hub.door.post(f"{path}/corrections", HUB, wrong))

    overseen, told = await hub.read(path, OVERSIGHT), await hub.read(path, HUB)

    assert (overseen["notes"], overseen["aspirations"], overseen["strengths"]) == (None, [], [])
    assert (overseen["information_requests"], overseen["name"]) == ([], None)
    [correction] = overseen["corrections"]
    assert (correction["before"]["homeless_at_referral"], "notes" in correction["before"]) == (False, False)
    assert told["notes"] == "Hears little."
    assert all(told[words] for words in ("aspirations", "strengths"))
    assert overseen["needs"] == told["needs"]


async def test_declines_are_found_by_reason_referral_and_month_and_counted(hub: Hub) -> None:
    first, second = await hub.referred(), await hub.referred()
    for referral, reason in ((first, "out-of-area"), (second, "no-need")):
        answer = await hub.door.post(f"/v1/referrals/{referral['id']}/decline", HUB, {"reason": reason})
        assert answer.status_code in (200, 422), answer.text

    for asked in ({"reason": "out-of-area"}, {"referral_id": first["id"]}):
        found = (await hub.read("/v1/declines", OVERSIGHT, **asked))["items"]
        assert [one["referral_id"] for one in found] == [first["id"]], asked
    assert (await hub.read("/v1/declines", OVERSIGHT, month="2019-10", count="true"))["count"] >= 1
    assert (await hub.read("/v1/declines", OVERSIGHT, month="2019-11", count="true"))["count"] == 0
