"""What to do instead, said with every refusal of the hub, is done and then works."""

import ast
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.parts.postgres import Databases
from tests.referral_hub.town import HUB, Hub, a_person, a_referral, an_assessment, hub_with, of_provider, with_capacity

DOMAIN = Path("services/referral-hub/src/referral_hub/domain")
KNH_YOUNG = {"agency_id": "kirklees-neighbourhood-housing", "pathway": "young-persons"}
NOBODY_KNOWS = a_person(date_of_birth=None)

ARRIVALS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("referred_in_the_future", {"referred_on": "2019-10-08"}, {"referred_on": "2019-10-07"}),
    ("referred_before_the_programme", {"referred_on": "2019-08-31"}, {"referred_on": "2019-09-01"}),
    ("impossible_date_of_birth", {"person": a_person(date_of_birth="2019-10-08")}, {"person": a_person()}),
    ("age_not_known", {"person": NOBODY_KNOWS}, {"person": NOBODY_KNOWS, "believed_of_age": True}),
    ("no_need", {"needs": []}, {}),
    ("unknown_need", {"needs": ["gold"]}, {"needs": ["refugee"]}),
    ("unknown_source", {"source": "rumour"}, {"source": "council"}),
    ("agency_missing", {"agency_id": None}, {"agency_id": None, "source": "self"}),
    ("agency_not_expected", {"source": "self"}, {"source": "self", "agency_id": None}),
    ("unknown_agency", {"agency_id": "nobody"}, {"agency_id": "kirklees-neighbourhood-housing"}),
    ("source_is_not_the_agencys", {"source": "police"}, {"source": "police", "agency_id": "police"}),
    ("pathway_not_open", {"pathway": "hips"}, {}),
    ("not_the_agencys_pathway", {"pathway": "young-persons"}, {}),
    ("too_old_for_pathway", KNH_YOUNG, {"agency_id": "kirklees-neighbourhood-housing"}),
    (
        "age_not_known_for_pathway",
        KNH_YOUNG | {"person": NOBODY_KNOWS, "believed_of_age": True},
        {"person": NOBODY_KNOWS, "believed_of_age": True},
    ),
    ("not_the_pathways_need", {"pathway": "prison-leavers"}, {"pathway": "prison-leavers", "needs": ["offending"]}),
    ("unknown_pathway", {"pathway": "motorway"}, {}),
]

TRIAGES: list[tuple[str, dict[str, Any]]] = [
    ("aspirations_missing", {"aspirations": []}),
    ("strengths_missing", {"strengths": []}),
    ("needs_missing", {"needs": []}),
    ("unknown_need", {"needs": ["gold"]}),
    ("specialism_missing", {"specialism": "magic"}),
]

ELSEWHERE = {
    "too_many_people": "test_sandbox.py: a group is let go, and another is asked for",
    "too_young": "children's services are not ours; who is older is referred again",
    "no_name": "test_participants follows it",
    "same_participant": "test_participants follows it",
    "referred_after_its_entry": "test_corrections gives an earlier day",
    "drop_in_in_the_future": "test_drop_ins gives a day that has been",
    "support_not_completed": "a case note is case management's",
    "referral_is_open": "a case note is case management's; the referral goes on as any does",
    "not_in_partnership": "test_allocations loads a provider that left, and another is chosen",
}
REACHED_BY_NOBODY = {
    "needs_before_aspirations": "the body has hopes before needs",
    "risk_missing": "the body must have it",
    "intensity_missing": "the body must have it",
    "decline_not_accounted_for": "the reason stands for the account",
    "nothing_to_override": "the recommended provider is taken as recommended",
}
IN_EXPLANATIONS = {"provider_not_joined", "provider_left", "expertise_missing", "no_capacity", "handed_back"}
BY_A_TEST_HERE = {
    "unknown_decline_reason", "unknown_question", "too_high_risk_is_not_final", "override_needs_a_reason",
    "not_a_candidate", "referred_after_the_programme",
}  # fmt: skip


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    assert all(one["remedy"] for one in answer.json()["refusals"])
    return [one["code"] for one in answer.json()["refusals"]]


@pytest.mark.parametrize(("code", "wrong", "right"), ARRIVALS, ids=[code for code, _, _ in ARRIVALS])
async def test_what_a_refused_referral_is_told_to_do_makes_it_a_referral(
    hub: Hub, code: str, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    refused = await hub.door.post("/v1/referrals", HUB, a_referral(**wrong))

    assert code in codes(refused)
    await hub.referred(**right)


async def test_who_is_refused_as_referred_after_the_end_is_referred_with_a_simulated_time(hub: Hub) -> None:
    refused = await hub.door.post("/v1/referrals", HUB, a_referral(), at=datetime(2024, 10, 1, 9, tzinfo=UTC))

    assert codes(refused) == ["referred_after_the_programme"]
    assert "Simulated-Now" in refused.text
    await hub.referred()


@pytest.mark.parametrize(("code", "wrong"), TRIAGES, ids=[code for code, _ in TRIAGES])
async def test_what_a_refused_triage_is_told_to_do_completes_it(hub: Hub, code: str, wrong: dict[str, Any]) -> None:
    referral = await hub.referred()

    refused = await hub.door.post(f"/v1/referrals/{referral['id']}/triage", HUB, an_assessment(**wrong))

    assert code in codes(refused)
    await hub.triaged(referral)


@pytest.mark.row("S-13")
async def test_who_is_too_high_a_risk_for_the_hub_to_decline_is_placed(hub: Hub) -> None:
    triaged = await hub.triaged(risk_level="high")
    path = f"/v1/referrals/{triaged['id']}/decline"

    risk = await hub.door.post(path, HUB, {"reason": "too-high-risk"})
    unknown = await hub.door.post(path, HUB, {"reason": "boredom"})

    assert (codes(risk), codes(unknown)) == (["too_high_risk_is_not_final"], ["unknown_decline_reason"])
    assert "Place the participant" in risk.json()["detail"]
    assert "out-of-area" in unknown.json()["detail"]
    await hub.allocated(triaged)


@pytest.mark.row("S-07")
async def test_an_override_that_is_refused_is_made_as_told(hub: Hub) -> None:
    triaged = await hub.triaged()
    path = f"/v1/referrals/{triaged['id']}/allocation"

    nameless = await hub.door.post(path, HUB, {"provider_id": "horton"})
    stranger = await hub.door.post(path, HUB, {"provider_id": "nobody", "override_reason": "Old friends."})

    assert codes(nameless) == ["override_needs_a_reason"]
    assert codes(stranger) == ["not_a_candidate"]
    await hub.allocated(triaged, provider_id="horton", override_reason="Knows the family.")


async def test_where_nobody_fits_another_is_chosen_with_a_reason(databases: Databases) -> None:
    async with hub_with(databases, with_capacity()) as hub:
        triaged = await hub.triaged()

        refused = await hub.door.post(f"/v1/referrals/{triaged['id']}/allocation", HUB, {})

        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/nobody-fits")
        await hub.allocated(triaged, provider_id="horton", override_reason="Agreed with their manager.")


@pytest.mark.row("S-02")
async def test_a_question_that_is_not_asked_is_asked_as_one_that_is(hub: Hub) -> None:
    path = f"/v1/referrals/{(await hub.referred())['id']}/information-requests"

    refused = await hub.door.post(path, HUB, {"question_code": "shoe-size", "note": "And?"})

    assert codes(refused) == ["unknown_question"]
    assert "release-date" in refused.json()["detail"]
    hub.done(await hub.door.post(path, HUB, {"question_code": "release-date", "note": "When?"}))


async def test_what_has_gone_on_says_what_can_be_done_with_it(hub: Hub) -> None:
    placed = await hub.allocated(provider_id="horton", override_reason="Knows them.")
    path = f"/v1/referrals/{placed['referral_id']}"

    triage = await hub.door.post(f"{path}/triage", HUB, an_assessment())
    decline = await hub.door.post(f"{path}/decline", HUB, {"reason": "out-of-area"})
    once = await hub.door.post(f"{path}/triage-support", HUB, {})
    back = await hub.door.post(f"/v1/allocations/{placed['id']}/withdrawal", HUB, {"reason": "The wrong one."})
    declined = await hub.door.post(f"{path}/decline", HUB, {"reason": "out-of-area"})
    again = await hub.door.post(f"{path}/allocation", HUB, {})
    opened = await hub.door.post(f"{path}/reopening", HUB, {"reason": "A mistake."})

    assert [one.status_code for one in (triage, decline, once, again)] == [409] * 4
    for refused in (triage, decline, once):
        assert "take the placement back" in refused.json()["detail"]
    assert "Open it again" in again.json()["detail"]
    assert [one.status_code for one in (back, declined, opened)] == [200, 200, 200]


async def test_a_decline_that_was_not_accepted_is_made_again_for_the_reason_that_holds(hub: Hub) -> None:
    placed = await hub.allocated(provider_id="horton", override_reason="Knows them.")
    manager, path = of_provider("horton", "provider-manager"), f"/v1/allocations/{placed['id']}/decline"
    await hub.door.post(path, manager, {"reason": "too-high-risk"})
    [decline] = (await hub.read("/v1/declines"))["items"]

    refused = await hub.door.post(
        f"/v1/declines/{decline['id']}/corrections", manager, {"reason": "Not that.", "decline_reason": "no-capacity"}
    )

    assert (refused.status_code, "decline again" in refused.json()["detail"]) == (409, True)
    hub.done(await hub.door.post(path, manager, {"reason": "no-capacity"}))


def test_every_refusal_of_the_hub_has_its_remedy_followed_or_says_why_not() -> None:
    written = {
        node.args[0].value
        for module in DOMAIN.glob("*.py")
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal"
        if isinstance(node.args[0], ast.Constant)
    }
    followed = {code for code, *_ in (*ARRIVALS, *TRIAGES)} | BY_A_TEST_HERE | IN_EXPLANATIONS

    assert written == followed | ELSEWHERE.keys() | REACHED_BY_NOBODY.keys()
