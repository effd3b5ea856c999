"""Who may know who someone is, and two records that turn out to be one person."""

from typing import Any
from uuid import uuid4

import pytest

from tests.parts.api import someone
from tests.referral_hub.town import HUB, KNH, OVERSIGHT, PRIME, VERIFIER, Hub, a_person, of_provider

HORTON = of_provider("horton")
FUSION = of_provider("fusion-housing")


async def test_only_the_providers_own_and_those_at_the_centre_know_who_someone_is(hub: Hub) -> None:
    person = a_person(address="1 High Street\nHuddersfield", national_insurance="AB123456C")
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
    assert set(named[0]) == {
        *("id", "given_name", "family_name", "date_of_birth", "born_from", "born_until"),
        *("restricted", "merged_into"),
    }


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
    merged = await hub.door.post(f"{path}/merge", HUB, {"alias_id": alias["participant_id"], "reason": "One person."})

    assert merged.status_code == 200
    [announced] = await hub.door.announced("ParticipantsMerged")
    assert announced["subject"] == f"participant/{survivor['participant_id']}"
    assert announced["alias_id"] == placed["participant_id"]
    by_alias = await hub.read(f"/v1/participants/{alias['participant_id']}", HORTON)
    assert (by_alias["id"], by_alias["given_name"]) == (survivor["participant_id"], "John")
    assert by_alias["aliases"] == [alias["participant_id"]]
    again = await hub.door.post(f"{path}/merge", HUB, {"alias_id": alias["participant_id"], "reason": "One person."})
    assert (again.status_code, again.json()["participant_id"]) == (409, survivor["participant_id"])


async def test_a_merged_person_is_recognised_by_either_name_and_still_has_one_open_referral(hub: Hub) -> None:
    known_as = a_person(given_name="Jon")
    alias = await hub.referred(person=known_as)
    survivor = await _supported_once(hub, person=a_person(given_name="John"))
    await hub.door.post(
        f"/v1/participants/{survivor['participant_id']}/merge",
        HUB,
        {"alias_id": alias["participant_id"], "reason": "One person."},
    )

    again = await hub.referred(person=known_as)
    await hub.door.post(f"/v1/referrals/{alias['id']}/triage-support", HUB, {})
    after = await hub.referred(person=known_as)

    assert again["joined_to"] == alias["id"]
    assert (after["participant_id"], after["joined_to"]) == (survivor["participant_id"], None)


async def test_a_merger_of_one_record_or_with_nobody_is_refused(hub: Hub) -> None:
    one = await hub.referred()
    path = f"/v1/participants/{one['participant_id']}/merge"

    itself = await hub.door.post(path, HUB, {"alias_id": one["participant_id"], "reason": "One person."})
    nobody = await hub.door.post(path, HUB, {"alias_id": str(uuid4()), "reason": "One person."})
    why = await hub.door.post(path, HUB, {"alias_id": str(uuid4())})

    assert (itself.status_code, nobody.status_code, why.status_code) == (422, 404, 422)
    assert await hub.door.announced("ParticipantsMerged") == []


async def test_of_two_open_referrals_the_one_that_came_furthest_stays_and_the_other_is_its_duplicate(hub: Hub) -> None:
    placed = await hub.allocated(provider_id="horton", override_reason="Knows them.")
    later = await hub.triaged()

    merged = await _merged(hub, later, placed)

    assert merged.status_code == 200
    [ended] = await hub.door.announced("DuplicateReferralEnded")
    assert (ended["referral_id"], ended["duplicate_of"]) == (later["id"], placed["referral_id"])
    assert (ended["subject"], ended.get("allocation_id")) == (f"participant/{later['participant_id']}", None)
    gone = await hub.read(f"/v1/referrals/{later['id']}")
    assert (gone["state"], gone["closing_reason"], gone["joined_to"]) == ("closed", "duplicate", placed["referral_id"])
    assert (await hub.read("/v1/waiting-list"))["items"] == []


async def test_the_hub_may_say_which_referral_stays_and_the_others_placement_ends(hub: Hub) -> None:
    placed = await hub.allocated(provider_id="horton", override_reason="Knows them.")
    later = await hub.referred()

    refused = await _merged(hub, later, placed, keep_referral_id=str(uuid4()))
    merged = await _merged(hub, later, placed, keep_referral_id=later["id"])

    assert (refused.status_code, merged.status_code) == (404, 200)
    [ended] = await hub.door.announced("DuplicateReferralEnded")
    assert (ended["referral_id"], ended["allocation_id"], ended["provider_id"]) == (
        placed["referral_id"],
        placed["id"],
        "horton",
    )
    assert (await hub.read(f"/v1/allocations/{placed['id']}"))["state"] == "closed"
    assert (await hub.door.get(f"/v1/participants/{placed['participant_id']}", HORTON)).status_code == 404


async def test_an_unmerger_puts_back_what_was_joined(hub: Hub) -> None:
    third = await _supported_once(hub)
    placed = await hub.allocated(provider_id="horton", override_reason="Knows them.")
    survivor = await hub.allocated(provider_id="fusion-housing", override_reason="Knows them.")
    hub.done(await _merged(hub, placed, third))
    hub.done(await _merged(hub, survivor, placed, keep_referral_id=survivor["referral_id"]))
    path = f"/v1/participants/{survivor['participant_id']}/unmerge"
    body = {"alias_id": placed["participant_id"], "reason": "Two cousins."}

    parted = await hub.door.post(path, HUB, body)
    again = await hub.door.post(path, HUB, body)

    assert (parted.status_code, again.status_code, again.json()["type"]) == (200, 409, "/problems/not-merged")
    assert (await hub.read(f"/v1/participants/{survivor['participant_id']}"))["aliases"] == []
    apart = await hub.read(f"/v1/participants/{third['participant_id']}")
    assert (apart["id"], apart["aliases"]) == (placed["participant_id"], [third["participant_id"]])
    restored = await hub.read(f"/v1/referrals/{placed['referral_id']}")
    assert (restored["state"], restored["joined_to"], restored["provider_id"]) == ("triaged", None, None)
    assert (await hub.door.get(f"/v1/participants/{survivor['participant_id']}", HORTON)).status_code == 404
    [announced] = await hub.door.announced("ParticipantsUnmerged")
    assert (announced["alias_id"], announced["others"]) == (placed["participant_id"], [third["participant_id"]])
    [open_again] = await hub.door.announced("ReferralRestored")
    assert open_again["subject"] == f"participant/{placed['participant_id']}"
    placed_anew = await hub.allocated({"id": placed["referral_id"]}, provider_id="horton", override_reason="Theirs.")
    assert placed_anew["participant_id"] == placed["participant_id"]


async def test_who_someone_is_is_put_right_and_what_it_was_stays_readable_to_the_hub(hub: Hub) -> None:
    person = a_person(given_name="Jhon", date_of_birth="1994-10-08", phone="01484 221000")
    referral = await hub.referred(KNH, agency_id=None, person=person)
    participant_id = (await hub.read(f"/v1/referrals/{referral['id']}"))["participant_id"]
    path = f"/v1/participants/{participant_id}"
    body = {"given_name": "John", "date_of_birth": "1994-10-07", "phone": None, "reason": "By the birth certificate."}

    put_right = hub.done(await hub.door.post(f"{path}/corrections", HUB, body))

    assert put_right["changed"] == ["date_of_birth", "given_name", "phone"]
    assert [one["code"] for one in put_right["refusals"]] == ["too_old_for_pathway"]
    seen = await hub.read(path)
    assert (seen["given_name"], seen["date_of_birth"], seen["phone"]) == ("John", "1994-10-07", None)
    changes = (await hub.read(f"{path}/history"))["changes"]
    assert {(one["field"], one["before"], one["after"], one["reason"]) for one in changes} == {
        ("given_name", "Jhon", "John", "By the birth certificate."),
        ("date_of_birth", "1994-10-08", "1994-10-07", "By the birth certificate."),
        ("phone", "+441484221000", None, "By the birth certificate."),
    }
    for who in (PRIME, VERIFIER, KNH, HORTON):
        assert (await hub.door.get(f"{path}/history", who)).status_code in (403, 404)
    [announced] = await hub.door.announced("AgeAtReferralCorrected")
    assert (announced["referral_id"], announced["under_25"]) == (referral["id"], False)
    assert "John" not in str(announced)
    back = await hub.referred(person=person | {"given_name": "John", "date_of_birth": "1994-10-07"})
    assert back["joined_to"] == referral["id"]


@pytest.mark.parametrize(
    ("correction", "code"),
    [
        ({"given_name": None, "family_name": ""}, "no_name"),
        ({}, "nothing_corrected"),
        ({"date_of_birth": "2019-10-08"}, "impossible_date_of_birth"),
    ],
)
async def test_a_correction_that_leaves_nobody_is_refused(hub: Hub, correction: dict[str, Any], code: str) -> None:
    referral = await hub.referred()
    path = f"/v1/participants/{referral['participant_id']}/corrections"

    refused = await hub.door.post(path, HUB, correction | {"reason": "As the referrer says."})

    assert [one["code"] for one in refused.json()["refusals"]] == [code]


async def test_a_corrected_birth_date_makes_a_priority_or_takes_it_away(hub: Hub) -> None:
    young = a_person(date_of_birth="2000-01-02")
    referral = await hub.referred(person=young, housed_at_referral=True, threatened_with_eviction=True)
    path = f"/v1/participants/{referral['participant_id']}/corrections"

    for born, reasons in (("1980-01-02", ["eviction-threat"]), (None, ["eviction-threat", "young-tenancy"])):
        hub.done(await hub.door.post(path, HUB, {"date_of_birth": born, "reason": "As the referrer says."}))
        assert (await hub.read(f"/v1/referrals/{referral['id']}"))["priority_reasons"] == reasons


async def _supported_once(hub: Hub, **but: Any) -> dict[str, Any]:
    referral = await hub.referred(**but)
    hub.done(await hub.door.post(f"/v1/referrals/{referral['id']}/triage-support", HUB, {}))
    return referral


async def _merged(hub: Hub, survivor: dict[str, Any], alias: dict[str, Any], **choice: Any) -> Any:
    path = f"/v1/participants/{survivor['participant_id']}/merge"
    return await hub.door.post(path, HUB, {"alias_id": alias["participant_id"], "reason": "One person."} | choice)
