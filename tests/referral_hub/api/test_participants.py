"""Who may know who someone is, and two records that turn out to be one person."""

from typing import Any
from uuid import uuid4

import pytest

from tests.parts.api import someone
from tests.referral_hub.town import HUB, OVERSIGHT, PRIME, VERIFIER, Hub, a_person, a_referral, of_provider

HORTON = of_provider("horton")
FUSION = of_provider("fusion-housing")


async def test_only_the_providers_own_and_those_at_the_centre_know_who_someone_is(hub: Hub) -> None:
    person = a_person(address="1 High Street\nHuddersfield", national_insurance="QQ123456C")
    placed = await hub.allocated(
        await hub.triaged(await hub.referred(person=person)), provider_id="horton", override_reason="Knows them."
    )
    path = f"/v1/participants/{placed['participant_id']}"

    for who in (HUB, PRIME, VERIFIER, HORTON, of_provider("horton", "provider-system")):
        assert (await hub.read(path, who))["address"] == person["address"]
    assert (await hub.door.get(path, FUSION)).status_code == 404
    assert (await hub.door.get(path, OVERSIGHT)).status_code == 403
    assert (await hub.door.get(path, someone("hub", programme="another"))).status_code == 404
    assert (await hub.door.get(f"/v1/participants/{uuid4()}", HUB)).status_code == 404


@pytest.mark.row("S-144")
async def test_every_read_of_a_participant_is_kept_in_the_audit(hub: Hub) -> None:
    referral = await hub.referred()
    subject = f"participant/{referral['participant_id']}"

    await hub.read(f"/v1/participants/{referral['participant_id']}", VERIFIER)
    await hub.read("/v1/participants", PRIME, id=[referral["participant_id"]])
    await hub.read("/v1/waiting-list", OVERSIGHT)

    kept = await hub.door.rows(
        "select actor, action from audit where :it = any(subjects) order by position", it=subject
    )
    assert [row["actor"] for row in kept] == [
        "hub.kbop-prime",
        "council-verifier.kirklees-council",
        "prime-manager.kbop-prime",
        "council-oversight.kirklees-council",
    ]


async def test_names_are_had_many_at_once_and_foreign_ones_are_left_out(hub: Hub) -> None:
    own = await hub.allocated(provider_id="horton", override_reason="Knows them.")
    foreign = await hub.referred()
    ids = [own["participant_id"], foreign["participant_id"], str(uuid4())]

    named = (await hub.read("/v1/participants", HORTON, id=ids))["items"]

    assert [one["id"] for one in named] == [own["participant_id"]]
    assert set(named[0]) == {"id", "given_name", "family_name", "date_of_birth", "restricted", "merged_into"}


@pytest.mark.row("S-144")
async def test_where_someone_at_risk_lives_is_need_to_know(hub: Hub) -> None:
    referral = await hub.referred(person=a_person(address="A safe place"), domestic_abuse_risk=True)
    placed = await hub.allocated(await hub.triaged(referral, specialism="domestic-abuse"))
    path = f"/v1/participants/{placed['participant_id']}"

    assert (await hub.read(path, of_provider("pdap")))["address"] == "A safe place"
    assert (await hub.read(path, HUB))["address"] == "A safe place"
    assert (await hub.read(path, VERIFIER))["address"] is None
    assert (await hub.read(path, VERIFIER))["restricted"] is True


async def test_a_provider_reads_the_referrers_notes_only_with_consent(hub: Hub) -> None:
    for consent, notes in ((True, "Owes rent."), (False, None)):
        referral = await hub.referred(notes="Owes rent.", consent_to_share=consent)
        await hub.allocated(await hub.triaged(referral), provider_id="horton", override_reason="Knows them.")

        assert (await hub.read(f"/v1/referrals/{referral['id']}", HORTON))["notes"] == notes
        assert (await hub.read(f"/v1/referrals/{referral['id']}", HUB))["notes"] == "Owes rent."


async def test_two_records_that_are_one_person_are_merged_and_both_ids_stay_good(hub: Hub) -> None:
    alias = await hub.referred(person=a_person(given_name="Jon"))
    placed = await hub.allocated(await hub.triaged(alias), provider_id="horton", override_reason="Knows them.")
    survivor = await _supported_once(hub, person=a_person(given_name="John"))

    path = f"/v1/participants/{survivor['participant_id']}"
    merged = await hub.door.post(f"{path}/merge", HUB, {"alias_id": alias["participant_id"]})

    assert merged.status_code == 200
    [announced] = await hub.door.announced("ParticipantsMerged")
    assert announced["subject"] == f"participant/{survivor['participant_id']}"
    assert announced["alias_id"] == placed["participant_id"]
    by_alias = await hub.read(f"/v1/participants/{alias['participant_id']}", HORTON)
    assert (by_alias["id"], by_alias["given_name"]) == (survivor["participant_id"], "John")
    assert by_alias["aliases"] == [alias["participant_id"]]
    again = await hub.door.post(f"{path}/merge", HUB, {"alias_id": alias["participant_id"]})
    assert (again.status_code, again.json()["participant_id"]) == (409, survivor["participant_id"])


async def test_a_merged_person_is_recognised_by_either_name_and_still_has_one_open_referral(hub: Hub) -> None:
    known_as = a_person(given_name="Jon")
    alias = await hub.referred(person=known_as)
    survivor = await _supported_once(hub, person=a_person(given_name="John"))
    await hub.door.post(
        f"/v1/participants/{survivor['participant_id']}/merge", HUB, {"alias_id": alias["participant_id"]}
    )

    again = await hub.door.post("/v1/referrals", HUB, a_referral(person=known_as))
    await hub.door.post(f"/v1/referrals/{alias['id']}/triage-support", HUB, {})
    after = await hub.referred(person=known_as)

    assert (again.status_code, again.json()["referral_id"]) == (409, alias["id"])
    assert after["participant_id"] == survivor["participant_id"]


async def test_a_merger_of_two_open_referrals_or_of_one_record_is_refused(hub: Hub) -> None:
    one, other = await hub.referred(), await hub.referred()
    path = f"/v1/participants/{one['participant_id']}/merge"

    both_open = await hub.door.post(path, HUB, {"alias_id": other["participant_id"]})
    itself = await hub.door.post(path, HUB, {"alias_id": one["participant_id"]})
    nobody = await hub.door.post(path, HUB, {"alias_id": str(uuid4())})

    assert (both_open.status_code, itself.status_code, nobody.status_code) == (409, 422, 404)
    assert sorted(both_open.json()["referral_ids"]) == sorted([one["id"], other["id"]])
    assert await hub.door.announced("ParticipantsMerged") == []


async def _supported_once(hub: Hub, **but: Any) -> dict[str, Any]:
    referral = await hub.referred(**but)
    hub.done(await hub.door.post(f"/v1/referrals/{referral['id']}/triage-support", HUB, {}))
    return referral
