"""Loading a programme: once, again, changed, and by the wrong people."""

from common.database import Viewpoint, look_from
from referral_hub.main import create_app_for
from referral_hub.operations.loading import PolicyLookup
from tests.parts.api import front_door_of, someone
from tests.parts.postgres import Databases
from tests.referral_hub.town import HUB, OPERATOR, Hub, hub_with, kbop


async def test_a_loaded_programmes_providers_are_registered_and_announced(hub: Hub) -> None:
    announced = await hub.door.announced("ProviderRegistered")

    assert [one["provider_id"] for one in announced] == [one["provider_id"] for one in kbop()["providers"]]
    assert announced[0]["subject"] == "provider/kbop/fusion-housing"
    listed = (await hub.read("/v1/providers"))["items"]
    assert {one["provider_id"] for one in listed} == {one["provider_id"] for one in announced}


async def test_the_same_content_again_changes_and_announces_nothing(hub: Hub) -> None:
    before = len(await hub.door.announced())

    again = hub.done(await hub.door.put("/v1/programmes/kbop", OPERATOR, kbop()))

    assert again == {"programme_id": "kbop", "version": 1, "providers_changed": []}
    assert len(await hub.door.announced()) == before


async def test_only_what_changed_is_announced(hub: Hub) -> None:
    providers = [one | {"capacity": 7} if one["provider_id"] == "horton" else one for one in kbop()["providers"]]
    changed = kbop() | {"providers": providers, "decline_reasons": ["out-of-area"]}

    receipt = hub.done(await hub.door.put("/v1/programmes/kbop", OPERATOR, changed))

    assert receipt == {"programme_id": "kbop", "version": 2, "providers_changed": ["horton"]}
    last = (await hub.door.announced("ProviderRegistered"))[-1]
    assert (last["provider_id"], last["capacity"]) == ("horton", 7)


async def test_the_very_next_request_of_another_process_goes_by_what_was_loaded(hub: Hub) -> None:
    """Each keeps the policy in memory, and is told of another version by the reading it makes anyway (ADR 0033)."""
    reason = {"reason": "out-of-area"}
    async with front_door_of(hub.door.database, create_app_for) as other:
        for process, loader in ((hub.door, other), (other, hub.door)):
            referrals = [await hub.referred(), await hub.referred()]
            first, second = (f"/v1/referrals/{referral['id']}/decline" for referral in referrals)
            Hub.done(await loader.put("/v1/programmes/kbop", OPERATOR, kbop()))
            Hub.done(await process.post(first, HUB, reason))
            changed = kbop() | {"decline_reasons": ["wrong-specialism"]}
            Hub.done(await loader.put("/v1/programmes/kbop", OPERATOR, changed))

            refused = await process.post(second, HUB, reason)

            assert [one["code"] for one in refused.json()["refusals"]] == ["unknown_decline_reason"]


async def test_what_is_kept_in_memory_is_not_sent_again(hub: Hub) -> None:
    made = list[object]()
    for _ in range(2):
        async with hub.door.app.state.sessions.begin() as session:
            await look_from(session, "referral_hub", Viewpoint.PARTNERSHIP, "kbop", "kbop-prime")
            made.append((await PolicyLookup.read(session, programme="kbop")).policy)
            assert (await PolicyLookup.read(session, programme="another")).policy is None

    assert made[0] is made[1]


async def test_a_programme_is_loaded_by_an_operator_of_its_own(hub: Hub) -> None:
    elsewhere = someone("operator", programme="another")

    assert (await hub.door.put("/v1/programmes/kbop", elsewhere, kbop())).status_code == 403
    assert (await hub.door.put("/v1/programmes/kbop", HUB, kbop())).status_code == 403
    assert (await hub.door.put("/v1/programmes/other", OPERATOR, kbop())).status_code == 422


async def test_capacities_and_dates_no_table_can_hold_are_refused(hub: Hub) -> None:
    providers = [kbop()["providers"][0] | {"capacity": 10**30}]

    refused = await hub.door.put("/v1/programmes/kbop", OPERATOR, kbop() | {"providers": providers})

    assert refused.status_code == 422


async def test_two_programmes_in_one_installation_do_not_meet(databases: Databases) -> None:
    async with hub_with(databases) as hub:
        operator = someone("operator", programme="another")
        hub.done(await hub.door.put("/v1/programmes/another", operator, kbop() | {"programme_id": "another"}))
        await hub.allocated()

        there = (await hub.read("/v1/providers", someone("hub", programme="another")))["items"]

        assert [one["open_caseload"] for one in there] == [0] * 9


async def test_providers_are_found_by_specialism_and_day_page_by_page(hub: Hub) -> None:
    async def codes(**asked: str) -> list[str]:
        return [one["provider_id"] for one in (await hub.read("/v1/providers", **asked))["items"]]

    every = await hub.read("/v1/providers", count="true")
    specialism = every["items"][0]["specialisms"][0]
    skilled = [one["provider_id"] for one in every["items"] if specialism in one["specialisms"]]
    assert 0 < len(skilled) < every["count"]
    assert await codes(specialism=specialism) == skilled
    assert await codes(order="-code") == [one["provider_id"] for one in reversed(every["items"])]
    last_day = min(one["left_on"] for one in every["items"] if one["left_on"])
    left = {one["provider_id"] for one in every["items"] if one["left_on"] == last_day}
    assert left <= set(await codes(on=last_day))
    assert left.isdisjoint(await codes(on="2024-01-01"))
    first = await hub.read("/v1/providers", limit="1")
    assert (await hub.read("/v1/providers", limit="1", cursor=first["next"]))["items"] == every["items"][1:2]
