"""What the hub hears back from the cases: caseload and joint access."""

from datetime import date
from typing import Any
from uuid import UUID

from common.contracts.cases import (
    CaseClosed,
    CaseClosureCorrected,
    CaseReopened,
    CaseStartCorrected,
    CaseStarted,
    JointWorkAgreed,
    JointWorkEnded,
)
from common.ids import new_id
from referral_hub.events.heard import REACTIONS
from tests.parts.api import records_of
from tests.referral_hub.town import HUB, VERIFIER, Hub, a_person, of_provider, told

HORTON = of_provider("horton")
CONNECT = of_provider("connect")


async def test_a_started_case_is_followed_once_however_often_it_is_heard(hub: Hub) -> None:
    placed = await _with_horton(hub)
    records = records_of([_started(placed)])

    await hub.door.hear(REACTIONS, records)
    await hub.door.hear(REACTIONS, [*records, *records])

    seen = await hub.read(f"/v1/allocations/{placed['id']}")
    assert (seen["state"], seen["started_on"], seen["version"]) == ("started", "2019-10-10", 2)


async def test_a_started_case_is_not_handed_back(hub: Hub) -> None:
    placed = await _with_horton(hub)
    await hub.door.hear(REACTIONS, records_of([_started(placed)]))

    manager = of_provider("horton", "provider-manager")
    refused = await hub.door.post(f"/v1/allocations/{placed['id']}/decline", manager, {"reason": "no-capacity"})

    assert (refused.status_code, refused.json()["state"]) == (409, "started")


async def test_a_closed_case_frees_its_place_and_lets_the_participant_return(hub: Hub) -> None:
    person = a_person()
    placed = await _with_horton(hub, person)
    started = _started(placed)
    closed = told(CaseClosed, placed, case_id=started.case_id, reason="outcomes-achieved", closed_on=date(2020, 3, 1))

    await hub.door.hear(REACTIONS, records_of([started, closed]))

    providers = {one["provider_id"]: one for one in (await hub.read("/v1/providers"))["items"]}
    assert providers["horton"]["open_caseload"] == 0
    referral = await hub.read(f"/v1/referrals/{placed['referral_id']}")
    assert (referral["state"], referral["closing_reason"], referral["closed_on"]) == (
        "closed",
        "case-closed",
        "2020-03-01",
    )
    assert (await hub.referred(person=person))["returning"] is True


async def test_a_case_that_closed_without_a_start_frees_its_place_too(hub: Hub) -> None:
    placed = await _with_horton(hub)
    closed = told(CaseClosed, placed, case_id=new_id(), reason="disengaged", closed_on=date(2019, 11, 1))

    await hub.door.hear(REACTIONS, records_of([closed]))

    assert (await hub.read(f"/v1/allocations/{placed['id']}"))["state"] == "closed"


async def test_a_case_started_while_it_was_handed_back_stays_handed_back(hub: Hub) -> None:
    placed = await _with_horton(hub)
    manager = of_provider("horton", "provider-manager")
    await hub.door.post(f"/v1/allocations/{placed['id']}/decline", manager, {"reason": "no-capacity"})

    await hub.door.hear(REACTIONS, records_of([_started(placed)]))

    assert (await hub.read(f"/v1/allocations/{placed['id']}"))["state"] == "declined"
    assert (await hub.read(f"/v1/referrals/{placed['referral_id']}"))["state"] == "triaged"


async def test_a_joint_provider_knows_who_it_is_while_joint_and_no_longer(hub: Hub) -> None:
    placed = await _with_horton(hub, a_person(address="1 High Street"))
    path = f"/v1/participants/{placed['participant_id']}"
    case_id = new_id()
    agreed = told(JointWorkAgreed, placed, case_id=case_id, joint_provider_id="connect", agreed_on=date(2019, 11, 1))
    ended = told(JointWorkEnded, placed, case_id=case_id, joint_provider_id="connect", ended_on=date(2019, 12, 1))
    records = records_of([agreed, ended])

    before = await hub.door.get(path, CONNECT)
    await hub.door.hear(REACTIONS, records[:1])
    during = await hub.door.get(path, CONNECT)
    await hub.door.hear(REACTIONS, records)
    after = await hub.door.get(path, CONNECT)

    assert [answer.status_code for answer in (before, during, after)] == [404, 200, 404]
    assert during.json()["address"] == "1 High Street"
    assert (await hub.door.get(path, HORTON)).status_code == 200
    [row] = await hub.door.rows("select * from participant_access where scope = 'joint'")
    assert (row["organisation_id"], row["until_on"]) == ("connect", date(2019, 12, 1))


async def test_joint_work_taken_up_again_opens_the_door_again(hub: Hub) -> None:
    placed = await _with_horton(hub)
    case_id = new_id()
    shared = {"case_id": case_id, "joint_provider_id": "connect"}
    heard = [
        told(JointWorkAgreed, placed, **shared, agreed_on=date(2019, 11, 1)),
        told(JointWorkEnded, placed, **shared, ended_on=date(2019, 12, 1)),
        told(JointWorkAgreed, placed, **shared, agreed_on=date(2020, 1, 1)),
    ]

    await hub.door.hear(REACTIONS, records_of(heard))

    assert (await hub.door.get(f"/v1/participants/{placed['participant_id']}", CONNECT)).status_code == 200


async def test_a_joint_provider_of_a_restricted_participant_does_not_learn_where_they_live(hub: Hub) -> None:
    referral = await hub.referred(person=a_person(address="A safe place"), domestic_abuse_risk=True)
    placed = await hub.allocated(await hub.triaged(referral, specialism="domestic-abuse"))
    agreed = told(
        JointWorkAgreed,
        placed,
        case_id=new_id(),
        joint_provider_id="connect",
        agreed_on=date(2019, 11, 1),
        shareable_only=True,
    )

    await hub.door.hear(REACTIONS, records_of([agreed]))

    seen = await hub.read(f"/v1/participants/{placed['participant_id']}", CONNECT)
    assert (seen["address"], seen["phone"]) == (None, None)


async def test_a_case_of_someone_merged_meanwhile_still_frees_its_place(hub: Hub) -> None:
    survivor = await hub.referred()
    await hub.door.post(f"/v1/referrals/{survivor['id']}/triage-support", HUB, {})
    placed = await _with_horton(hub)
    path = f"/v1/participants/{survivor['participant_id']}"
    hub.done(await hub.door.post(f"{path}/merge", HUB, {"alias_id": placed["participant_id"], "reason": "One person."}))
    closed = told(
        CaseClosed,
        placed | {"participant_id": survivor["participant_id"]},
        case_id=new_id(),
        reason="moved",
        closed_on=date(2019, 11, 1),
    )

    await hub.door.hear(REACTIONS, records_of([closed]))

    assert (await hub.read(f"/v1/allocations/{placed['id']}"))["state"] == "closed"
    assert (await hub.read(path, VERIFIER))["aliases"] == [placed["participant_id"]]


async def test_a_start_put_right_is_the_placements_too_even_once_it_has_ended(hub: Hub) -> None:
    placed = await _with_horton(hub)
    started = _started(placed)
    about = {"case_id": started.case_id, "referral_id": started.referral_id, "referred_on": started.referred_on}
    closed = told(CaseClosed, placed, case_id=started.case_id, reason="moved", closed_on=date(2019, 11, 1))
    days = {"started_on": date(2019, 10, 14), "corrected_on": date(2019, 11, 4)}

    await hub.door.hear(REACTIONS, records_of([started, closed, told(CaseStartCorrected, placed, **about, **days)]))

    [row] = await hub.door.rows("select state, started_on from allocation")
    assert (row["state"], row["started_on"]) == ("closed", date(2019, 10, 14))


async def _with_horton(hub: Hub, person: dict[str, Any] | None = None) -> dict[str, Any]:
    triaged = await hub.triaged(await hub.referred(person=person or a_person()))
    return await hub.allocated(triaged, provider_id="horton", override_reason="Knows the family.")


def _started(placed: dict[str, Any]) -> CaseStarted:
    about = {"referral_id": UUID(placed["referral_id"]), "referred_on": date(2019, 10, 7)}
    return told(CaseStarted, placed, **about, case_id=new_id(), started_on=date(2019, 10, 10))


async def test_a_closure_put_right_ends_the_placement_on_another_day(hub: Hub) -> None:
    placed, story = await _closed(hub)
    about = {"case_id": story[0].case_id, "reason": "deceased", "corrected_on": date(2020, 3, 2)}

    await hub.door.hear(
        REACTIONS, records_of([*story, told(CaseClosureCorrected, placed, **about, closed_on=date(2020, 2, 1))])
    )

    assert (await hub.read(f"/v1/referrals/{placed['referral_id']}"))["closed_on"] == "2020-02-01"
    assert (await hub.read(f"/v1/allocations/{placed['id']}"))["ended_on"] == "2020-02-01"


async def test_a_case_reopened_takes_its_place_again_and_its_referral_is_open(hub: Hub) -> None:
    person = a_person()
    placed, story = await _closed(hub, person)

    await hub.door.hear(REACTIONS, records_of([*story, _reopened(placed, story[0])]))

    referral = await hub.read(f"/v1/referrals/{placed['referral_id']}")
    assert (referral["state"], referral["closing_reason"], referral["closed_on"]) == ("allocated", None, None)
    seen = await hub.read(f"/v1/allocations/{placed['id']}")
    assert (seen["state"], seen["ended_on"]) == ("started", None)
    providers = {one["provider_id"]: one for one in (await hub.read("/v1/providers"))["items"]}
    assert providers["horton"]["open_caseload"] == 1
    closed_again = told(CaseClosed, placed, case_id=story[0].case_id, reason="disengaged", closed_on=date(2020, 5, 1))
    await hub.door.hear(REACTIONS, records_of([*story, _reopened(placed, story[0]), closed_again])[3:])
    assert (await hub.read(f"/v1/referrals/{placed['referral_id']}"))["closed_on"] == "2020-05-01"


async def test_a_referral_that_has_come_since_adds_to_the_one_that_is_open_again(hub: Hub) -> None:
    person = a_person()
    placed, story = await _closed(hub, person)
    again = await hub.referred(person=person)
    assert again["participant_id"] == placed["participant_id"]

    await hub.door.hear(REACTIONS, records_of([*story, _reopened(placed, story[0])])[2:])

    late = await hub.read(f"/v1/referrals/{again['id']}")
    assert (late["state"], late["closing_reason"]) == ("closed", "duplicate")
    [ended] = await hub.door.announced("DuplicateReferralEnded")
    assert (ended["referral_id"], ended["duplicate_of"]) == (again["id"], placed["referral_id"])


async def test_a_case_that_closed_without_a_start_awaits_one_again(hub: Hub) -> None:
    placed = await _with_horton(hub)
    closed = told(CaseClosed, placed, case_id=new_id(), reason="disengaged", closed_on=date(2019, 11, 1))
    about = {"case_id": closed.case_id, "referral_id": placed["referral_id"], "reopened_on": date(2019, 11, 2)}

    await hub.door.hear(REACTIONS, records_of([closed, told(CaseReopened, placed, **about, started_on=None)]))

    assert (await hub.read(f"/v1/allocations/{placed['id']}"))["state"] == "placed"


async def _closed(hub: Hub, person: dict[str, Any] | None = None) -> tuple[dict[str, Any], list[Any]]:
    """Placed with horton, and what was heard of the case until it closed."""
    placed = await _with_horton(hub, person)
    started = _started(placed)
    story = [
        started,
        told(CaseClosed, placed, case_id=started.case_id, reason="disengaged", closed_on=date(2020, 3, 1)),
    ]
    await hub.door.hear(REACTIONS, records_of(story))
    return placed, story


def _reopened(placed: dict[str, Any], started: CaseStarted) -> CaseReopened:
    about = {"case_id": started.case_id, "referral_id": placed["referral_id"], "started_on": started.started_on}
    return told(CaseReopened, placed, **about, reopened_on=date(2020, 3, 2))
