from datetime import date
from typing import Any
from uuid import UUID

import pytest

from common.contracts import EVERY_EVENT, Event, ParticipantEvent, cases, claims, referrals
from common.contracts.claims import ClaimEvent
from common.ids import new_id
from common.messaging.reactions import heard_by, reacted_to_by
from reporting.events.heard import MOVES_A_CLAIM, REACTIONS
from tests.parts.api import FrontDoor, records_of
from tests.reporting.story import (
    ACHIEVED_ON,
    ALLOCATED_ON,
    APPROVED_ON,
    PLANNED_ON,
    REFERRED_ON,
    STARTED_ON,
    VERIFIED_ON,
    a_whole_story,
    an,
    an_accepted_outcome,
)


async def heard(door: FrontDoor, *events: Event) -> None:
    await door.hear(REACTIONS, records_of(events))


async def the_outcome(door: FrontDoor) -> dict[str, Any]:
    [row] = await door.rows("select * from outcome")
    return row


@pytest.fixture
def person() -> UUID:
    return new_id()


def test_everything_said_about_a_participant_is_heard() -> None:
    said = {event for event in EVERY_EVENT.values() if issubclass(event, ParticipantEvent)}

    assert set(heard_by(REACTIONS)) == said
    assert said >= reacted_to_by(REACTIONS)


async def test_a_whole_story_fills_one_row_a_thing(door: FrontDoor, person: UUID) -> None:
    await heard(door, *a_whole_story(person))

    [referral] = await door.rows("select referred_on, triaged_on, known_before from referral")
    [allocation] = await door.rows("select provider_id, allocated_on, declined_on from allocation")
    [case] = await door.rows("select started_on, plan_agreed_on, plan_days, closed_on from support_case")
    outcome = await the_outcome(door)
    assert referral == {"referred_on": REFERRED_ON, "triaged_on": REFERRED_ON, "known_before": False}
    assert allocation == {"provider_id": "horton", "allocated_on": ALLOCATED_ON, "declined_on": None}
    assert case == {
        "started_on": STARTED_ON,
        "plan_agreed_on": PLANNED_ON,
        "plan_days": 12,
        "closed_on": VERIFIED_ON,
    }
    assert (outcome["claim_state"], outcome["payable_pence"]) == ("verified", 220000)
    assert (outcome["achieved_on"], outcome["accepted_on"], outcome["verified_on"]) == (
        ACHIEVED_ON,
        APPROVED_ON,
        VERIFIED_ON,
    )


async def test_the_same_events_heard_twice_have_one_effect(door: FrontDoor, person: UUID) -> None:
    records = records_of(a_whole_story(person))
    await door.hear(REACTIONS, records)
    await door.hear(REACTIONS, records)

    [counted] = await door.rows("select count(*) as noted, count(distinct event_id) as events from heard_event")
    assert counted == {"noted": 12, "events": 12}
    assert (await the_outcome(door))["claim_state"] == "verified"


@pytest.mark.parametrize("last", MOVES_A_CLAIM, ids=lambda event: event.__name__)
async def test_a_claim_stands_where_its_last_event_left_it(
    door: FrontDoor, person: UUID, last: type[ClaimEvent]
) -> None:
    await heard(door, *an_accepted_outcome(person), an(last, person))

    assert (await the_outcome(door))["claim_state"] == last.state_after


async def test_reasons_for_refusal_are_kept_while_the_claim_is_refused(door: FrontDoor, person: UUID) -> None:
    story = [*an_accepted_outcome(person), an(claims.ClaimRefused, person, refusals=("already_claimed",))]
    await heard(door, *story)
    refused = await the_outcome(door)
    await heard(door, *story, an(claims.ClaimReopened, person))

    assert refused["refusals"] == ["already_claimed"]
    assert (await the_outcome(door))["refusals"] == []


async def test_a_corrected_outcome_keeps_the_newest_date(door: FrontDoor, person: UUID) -> None:
    corrected = an(cases.OutcomeEvidenced, person, revision=2, achieved_on=APPROVED_ON)
    await heard(door, *an_accepted_outcome(person), corrected)

    outcome = await the_outcome(door)
    assert (outcome["revision"], outcome["achieved_on"]) == (2, APPROVED_ON)


async def test_the_first_plan_stops_the_clock_and_later_ones_do_not_move_it(door: FrontDoor, person: UUID) -> None:
    first = an(cases.SupportPlanAgreed, person)
    later = an(cases.SupportPlanAgreed, person, agreed_on=VERIFIED_ON, days_from_allocation=76, version=2)
    await heard(door, first, later)

    [case] = await door.rows("select plan_agreed_on, plan_days from support_case")
    assert case == {"plan_agreed_on": PLANNED_ON, "plan_days": 12}


@pytest.mark.row("S-10")
async def test_a_first_plan_put_right_moves_the_clock_and_one_taken_back_leaves_it_to_the_next(
    door: FrontDoor, person: UUID
) -> None:
    first = an(cases.SupportPlanAgreed, person)
    second = an(cases.SupportPlanAgreed, person, plan_id=new_id(), agreed_on=VERIFIED_ON, days_from_allocation=76)
    earlier = {"first_agreed_on": STARTED_ON, "first_days_from_allocation": 7}
    right = an(cases.SupportPlanCorrected, person, agreed_on=STARTED_ON, days_from_allocation=7, **earlier)
    later = {"first_agreed_on": VERIFIED_ON, "first_days_from_allocation": 76}
    gone, both_gone = an(cases.SupportPlanWithdrawn, person, **later), an(cases.SupportPlanWithdrawn, person)
    story = [first, second, right, gone, both_gone, an(cases.SupportPlanAgreed, person, plan_id=new_id())]

    clocks: list[tuple[date | None, int | None]] = []
    for heard_so_far in range(2, len(story) + 1):
        await heard(door, *story[:heard_so_far])
        [case] = await door.rows("select plan_agreed_on, plan_days from support_case")
        clocks.append((case["plan_agreed_on"], case["plan_days"]))

    assert clocks == [(PLANNED_ON, 12), (STARTED_ON, 7), (VERIFIED_ON, 76), (None, None), (PLANNED_ON, 12)]


async def test_an_allocation_handed_back_says_why(door: FrontDoor, person: UUID) -> None:
    await heard(door, an(referrals.ParticipantAllocated, person), an(referrals.AllocationDeclined, person))

    [allocation] = await door.rows("select allocated_on, declined_on, decline_reason from allocation")
    assert allocation == {
        "allocated_on": ALLOCATED_ON,
        "declined_on": ALLOCATED_ON,
        "decline_reason": "no-capacity",
    }


@pytest.mark.parametrize(
    ("event", "column"),
    [(referrals.ReferralDeclined, "declined_on"), (referrals.TriageSupportProvided, "supported_on")],
)
async def test_a_referral_that_ends_at_the_hub_says_how(
    door: FrontDoor, person: UUID, event: type[Event], column: str
) -> None:
    await heard(door, an(referrals.ReferralReceived, person), an(event, person))

    [referral] = await door.rows("select * from referral")
    assert referral[column] == ALLOCATED_ON


async def test_a_timeline_holds_codes_counts_and_dates_and_neither_money_nor_hands(
    door: FrontDoor, person: UUID
) -> None:
    await heard(
        door,
        an(cases.OutcomeEvidenced, person, facts={"earned_pence": 123456}),
        an(claims.ClaimVerified, person),
        an(claims.ClaimRefused, person, claim_number="KBOP-000002", outcome_id=new_id()),
    )

    noted = {row["type"]: row["facts"] for row in await door.rows("select type, facts from heard_event")}
    assert noted["OutcomeEvidenced"]["outcome"] == "ACC_3M"
    assert noted["ClaimRefused"]["refusals"] == ["evidence_missing"]
    assert noted["ClaimVerified"]["verified_on"] == VERIFIED_ON.isoformat()
    forbidden = {"facts", "assessments", "recorded_by", "price_pence", "payable_pence", "participant_id", "event_id"}
    assert all(forbidden.isdisjoint(facts) for facts in noted.values())
