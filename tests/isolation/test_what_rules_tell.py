"""What a rule says to one must not tell what it knows of another."""

from typing import Any

import pytest

from common.ids import new_id
from tests.isolation.claims_world import a_claim, checked_beforehand
from tests.isolation.worlds import AGENCY, ELSEWHERE, OTHER_AGENCY, OWN, STRANGER, World, bearer
from tests.referral_hub.town import a_person, a_referral

of_claims = pytest.mark.parametrize("world", ["claims"], indirect=True)
of_the_hub = pytest.mark.parametrize("world", ["referral-hub"], indirect=True)


@of_claims
@pytest.mark.xdist_group("isolation-claims")
@pytest.mark.parametrize(("organisation", "programme"), [(STRANGER, "kbop"), (OWN, ELSEWHERE)])
async def test_a_check_beforehand_does_not_tell_what_others_have_claimed(
    world: World, organisation: str, programme: str
) -> None:
    await a_claim(world)
    asked = await checked_beforehand(world, "caseworker")
    who = bearer("caseworker", organisation, programme)

    async def told(by: str, organisation: str, participant_id: object) -> Any:
        body = asked.body | {"provider_id": organisation, "participant_id": str(participant_id)}
        return await world.post("/v1/claims/pre-check", by, body)

    async def told_alike(by: str, organisation: str) -> bool:
        return await told(by, organisation, asked.body["participant_id"]) == await told(by, organisation, new_id())

    assert await told_alike(who, organisation)
    assert not await told_alike(bearer("caseworker"), OWN)


@of_the_hub
@pytest.mark.xdist_group("isolation-referral-hub")
async def test_another_programme_is_not_told_that_a_person_is_known(world: World) -> None:
    person = a_person(given_name="Perpetua", date_of_birth="1971-11-23")
    await world.post("/v1/referrals", bearer("hub"), a_referral(person=person))

    elsewhere = bearer("hub", None, ELSEWHERE)
    receipt = await world.post("/v1/referrals", elsewhere, a_referral(person=person))

    assert (receipt["returning"], receipt["possible_matches"]) == (False, 0)


@of_the_hub
@pytest.mark.xdist_group("isolation-referral-hub")
async def test_an_agency_is_not_told_that_another_has_referred_the_person(world: World) -> None:
    person = a_person()
    body = a_referral(person=person, source="custody", agency_id=AGENCY)
    first = await world.post("/v1/referrals", bearer("referrer", AGENCY), body)

    other = bearer("referrer", OTHER_AGENCY)
    told = [
        await world.post("/v1/referrals", other, a_referral(person=who, agency_id=OTHER_AGENCY))
        for who in (person, a_person())
    ]

    assert told[0] | {"id": None} == told[1] | {"id": None}
    assert first["id"] not in str(told)
