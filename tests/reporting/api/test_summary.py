from datetime import UTC, date, datetime

import pytest

from common.contracts import cases, claims, referrals
from common.ids import new_id
from reporting.events.heard import REACTIONS
from tests.parts.api import FrontDoor, records_of, someone
from tests.reporting.api.programme import COUNCIL, HORTON, PRIME, STRANGER, load
from tests.reporting.story import a_whole_story, an, an_accepted_outcome

FINANCE = someone("prime-finance")
LATER = datetime(2019, 12, 2, 9, tzinfo=UTC)
NOTHING = dict.fromkeys(
    (
        "referrals", "allocations", "starts", "closures", "outcomes_recorded", "outcomes_accepted", "claims_verified",
        "value_pence", "payable_pence",
    ),
    0,
)  # fmt: skip


@pytest.mark.parametrize("who", [PRIME, FINANCE, COUNCIL])
async def test_the_programme_is_told_month_by_month_and_together(door: FrontDoor, who: str) -> None:
    await door.hear(REACTIONS, records_of(a_whole_story(new_id())))
    answer = await door.get("/v1/programme/summary", who)

    referred = NOTHING | {"month": "2019-09-01", "referrals": 1, "allocations": 1, "starts": 1}
    achieved = NOTHING | {"month": "2019-10-01", "outcomes_recorded": 1}
    verified = {"outcomes_accepted": 1, "claims_verified": 1, "value_pence": 220000, "payable_pence": 220000}
    assert answer.json()["months"] == [referred, achieved, NOTHING | verified | {"month": "2019-11-01", "closures": 1}]
    assert answer.json()["total"] == {
        **verified, "referrals": 1, "allocations": 1, "starts": 1, "closures": 1, "outcomes_recorded": 1,
    }  # fmt: skip


async def test_verified_is_not_the_same_as_payable(door: FrontDoor) -> None:
    person = new_id()
    paid_otherwise = an(claims.ClaimVerified, person, payable_pence=0, payment_mode="payment-for-service")
    await door.hear(REACTIONS, records_of([*an_accepted_outcome(person), paid_otherwise]))

    total = (await door.get("/v1/programme/summary", PRIME)).json()["total"]
    assert (total["claims_verified"], total["value_pence"], total["payable_pence"]) == (1, 220000, 0)


async def test_money_taken_back_is_taken_from_the_month_it_was_taken_back_in(door: FrontDoor) -> None:
    person = new_id()
    story = [*a_whole_story(person), an(claims.ClaimAdjusted, person, adjusted_on=date(2020, 1, 15))]
    await door.hear(REACTIONS, records_of(story))

    told = (await door.get("/v1/programme/summary", PRIME)).json()
    by_month = {month["month"]: (month["claims_verified"], month["payable_pence"]) for month in told["months"]}
    assert (by_month["2019-11-01"], by_month["2020-01-01"]) == ((1, 220000), (0, -220000))
    assert [told["total"][name] for name in ("value_pence", "payable_pence", "outcomes_accepted")] == [0, 0, 0]
    assert told["outcomes_per_person"] == "0.0"


async def test_somebody_who_had_two_records_came_back_with_the_second(door: FrontDoor) -> None:
    """Nobody knew at the second referral: the records were joined later (BR-C5, BR-C6)."""
    alias, survivor = new_id(), new_id()
    story = [
        an(referrals.ReferralReceived, alias),
        an(referrals.ReferralReceived, survivor, referred_on=date(2019, 12, 2)),
        an(referrals.ParticipantsMerged, survivor, alias_id=alias),
    ]
    await door.hear(REACTIONS, records_of(story))

    assert (await door.get("/v1/programme/summary", PRIME)).json()["re_referral_rate"] == "50.0%"


async def test_what_was_withdrawn_or_handed_back_is_not_told(door: FrontDoor) -> None:
    one, other = new_id(), new_id()
    story = [
        an(cases.OutcomeRecorded, one),
        an(cases.OutcomeWithdrawn, one),
        an(referrals.ParticipantAllocated, other),
        an(referrals.AllocationDeclined, other),
    ]
    await door.hear(REACTIONS, records_of(story))

    assert (await door.get("/v1/programme/summary", PRIME)).json()["total"] == NOTHING


async def test_a_programme_of_which_nothing_was_heard_is_empty(door: FrontDoor) -> None:
    await door.hear(REACTIONS, records_of(a_whole_story(new_id())))
    answer = await door.get("/v1/programme/summary", STRANGER)

    assert answer.json() == {
        "programme_id": "elsewhere",
        "months": [],
        "total": NOTHING,
        "outcomes_per_person": "n/a",
        "re_referral_rate": "n/a",
    }


async def test_ratios_are_of_people_not_of_records(door: FrontDoor) -> None:
    alias, survivor = new_id(), new_id()
    story = [
        an(referrals.ReferralReceived, alias),
        an(referrals.ReferralReceived, survivor, returning=True),
        an(cases.CaseStarted, alias),
        an(cases.CaseStarted, survivor),
        *an_accepted_outcome(alias),
        *an_accepted_outcome(survivor),
        an(referrals.ParticipantsMerged, survivor, alias_id=alias),
    ]
    await door.hear(REACTIONS, records_of(story))

    summary = (await door.get("/v1/programme/summary", PRIME, at=LATER)).json()
    assert (summary["outcomes_per_person"], summary["re_referral_rate"]) == ("2.0", "50.0%")


@pytest.mark.row("S-10")
async def test_waits_are_told_by_median_and_mean_for_the_month_in_which_they_ended(door: FrontDoor) -> None:
    for days in (1, 2, 10):
        person, placed_on = new_id(), date(2019, 9, 2 + days)
        placed = an(referrals.ParticipantAllocated, person, allocated_on=placed_on, priority=days == 1)
        planned = an(cases.SupportPlanAgreed, person, agreed_on=date(2019, 10, days), days_from_allocation=days)
        await door.hear(REACTIONS, records_of([placed, planned]))
    answer = await door.get("/v1/waiting-times", COUNCIL)

    all_three = {"people": 3, "median_days": 2.0, "mean_days": 4.3}
    assert answer.json() == {
        "to_allocation": [all_three | {"month": "2019-09-01"}],
        "to_priority_allocation": [{"month": "2019-09-01", "people": 1, "median_days": 1.0, "mean_days": 1.0}],
        "to_plan": [all_three | {"month": "2019-10-01", "people_in_time": None, "mean_in_time": None}],
        "plan_within_days": None,
    }


async def planned_after(door: FrontDoor, days: int, month: int, provider: str) -> None:
    agreed = an(
        cases.SupportPlanAgreed,
        new_id(),
        provider_id=provider,
        agreed_on=date(2019, month, 20),
        days_from_allocation=days,
    )
    await door.hear(REACTIONS, records_of([agreed]))


@pytest.mark.row("S-10")
async def test_plans_are_held_against_the_days_in_which_the_programme_wants_them(door: FrontDoor) -> None:
    """A target for the average and no limit: one plan after it does not miss it (BR-B3)."""
    await load(door, support_plan_days=15)
    for days, month, provider in (
        (14, 9, "horton"),
        (15, 9, "horton"),
        (16, 9, "pdap"),
        (15, 10, "pdap"),
        (16, 10, "pdap"),
    ):
        await planned_after(door, days, month, provider)

    waits = (await door.get("/v1/waiting-times", COUNCIL)).json()
    kept = ("month", "mean_days", "people_in_time", "mean_in_time")
    told = [tuple(month[name] for name in kept) for month in waits["to_plan"]]
    assert waits["plan_within_days"] == 15
    assert told == [("2019-09-01", 15.0, 2, True), ("2019-10-01", 15.5, 1, False)]


@pytest.mark.row("S-10")
async def test_each_providers_waits_are_told_alone(door: FrontDoor) -> None:
    await planned_after(door, 4, 9, "horton")
    await planned_after(door, 8, 9, "pdap")

    means = {
        provider: (await door.get("/v1/waiting-times", PRIME, provider=provider)).json()["to_plan"]
        for provider in ("horton", "pdap", "nobody")
    }
    assert {name: [each["mean_days"] for each in waits] for name, waits in means.items()} == {
        "horton": [4.0],
        "pdap": [8.0],
        "nobody": [],
    }


@pytest.mark.parametrize("path", ["/v1/programme/summary", "/v1/waiting-times"])
async def test_a_provider_reads_no_figures_of_the_partnership(door: FrontDoor, path: str) -> None:
    assert (await door.get(path, HORTON)).status_code == 403
