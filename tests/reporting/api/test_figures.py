"""What evaluations publish, counted from what was heard."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid5

import pytest

from common.contracts import Event, cases, claims, referrals
from common.ids import new_id
from reporting.events.heard import REACTIONS
from tests.parts.api import FrontDoor, records_of
from tests.reporting.api.programme import OPERATOR, PRIME, a_part, load
from tests.reporting.story import a_whole_story, an, an_accepted_outcome

SECOND_YEAR = datetime(2020, 9, 1, 9, tzinfo=UTC)
EVE_OF_IT = datetime(2020, 8, 31, 22, 59, tzinfo=UTC)
"""A minute before midnight in London."""


@pytest.mark.row("S-03")
@pytest.mark.row("S-14")
async def test_what_happened_is_told_by_year_of_the_programme_and_by_source(door: FrontDoor) -> None:
    await load(door)
    back = new_id()
    again = {"returning": True, "under_25": True, "needs": ("offending",), "source": "police"}
    await door.hear(
        REACTIONS,
        records_of(
            [
                *a_whole_story(new_id()),
                an(cases.CaseStarted, new_id(), funding_stream="historic", occurred_at=EVE_OF_IT),
                an(referrals.ReferralReceived, back, referred_on=SECOND_YEAR.date(), occurred_at=SECOND_YEAR, **again),
                an(claims.ClaimQueried, back, occurred_at=SECOND_YEAR),
            ]
        ),
    )

    told = (await door.get("/v1/programme/figures", PRIME)).json()

    first, second = told["years"]
    assert (first["year"], first["referrals"], first["starts_lcf"], first["starts_historic"]) == (1, 1, 1, 1)
    assert (first["returning"], first["closures"], first["claims_submitted"]) == (0, 1, 1)
    assert (second["year"], second["returning"], second["under_25"], second["offending"]) == (2, 1, 1, 1)
    assert second["claims_queried"] == 1
    assert told["sources"] == [{"source": "council", "referrals": 1}, {"source": "police", "referrals": 1}]


async def test_a_closure_is_counted_once_in_the_year_that_is_right_and_not_where_it_was_a_mistake(
    door: FrontDoor,
) -> None:
    await load(door)
    mistaken, moved = new_id(), new_id()
    twice = [an(cases.CaseClosed, mistaken), an(cases.CaseReopened, mistaken), an(cases.CaseClosed, mistaken)]
    undone = [*twice, an(cases.CaseReopened, mistaken)]
    year_after = an(cases.CaseClosureCorrected, moved, closed_on=SECOND_YEAR.date())
    story: list[Event] = [an(cases.CaseStarted, mistaken), *undone, an(cases.CaseStarted, moved)]

    await door.hear(REACTIONS, records_of([*story, an(cases.CaseClosed, moved), year_after]))

    years = (await door.get("/v1/programme/figures", PRIME)).json()["years"]
    assert {one["year"]: (one["starts_lcf"], one["closures"]) for one in years} == {1: (2, 0), 2: (0, 1)}
    summary = (await door.get("/v1/programme/summary", PRIME)).json()
    assert (summary["total"]["starts"], summary["total"]["closures"]) == (2, 1)


async def test_joint_work_that_was_taken_back_makes_no_joint_case(door: FrontDoor) -> None:
    await load(door)
    kept, other, before = new_id(), new_id(), new_id()
    ids = [new_id(), new_id(), new_id()]
    agreed = [
        an(cases.JointWorkAgreed, person, joint_work_id=joint_work_id)
        for person, joint_work_id in ((kept, ids[0]), (kept, ids[1]), (other, None), (before, None))
    ]
    withdrawn = [
        an(cases.JointWorkWithdrawn, kept, joint_work_id=ids[1]),
        an(cases.JointWorkWithdrawn, before, joint_work_id=ids[2]),
    ]

    await door.hear(REACTIONS, records_of([*agreed, *withdrawn]))

    [year] = (await door.get("/v1/programme/figures", PRIME)).json()["years"]
    assert year["joint_cases"] == 2


async def test_a_start_is_counted_in_the_year_in_which_it_was_even_if_that_is_put_right(door: FrontDoor) -> None:
    await load(door)
    person = new_id()
    story: list[Event] = [an(cases.CaseStarted, person)]
    await door.hear(REACTIONS, records_of(story))
    assert await starts_told(door) == {1: 1}

    moved = an(cases.CaseStartCorrected, person, started_on=SECOND_YEAR.date(), occurred_at=SECOND_YEAR)
    await door.hear(REACTIONS, records_of([*story, moved]))

    assert await starts_told(door) == {2: 1}

    gone = an(cases.CaseStartWithdrawn, person, occurred_at=SECOND_YEAR)
    await door.hear(REACTIONS, records_of([*story, moved, gone]))
    assert await starts_told(door) == {}

    again = an(cases.CaseStarted, person, started_on=SECOND_YEAR.date(), occurred_at=SECOND_YEAR)
    await door.hear(REACTIONS, records_of([*story, moved, gone, again]))
    assert await starts_told(door) == {2: 1}


async def starts_told(door: FrontDoor) -> dict[int, int]:
    years = (await door.get("/v1/programme/figures", PRIME)).json()["years"]
    return {one["year"]: one["starts_lcf"] for one in years if one["starts_lcf"]}


async def test_people_are_counted_once_under_whatever_id(door: FrontDoor) -> None:
    one, alias, other = new_id(), new_id(), new_id()
    await door.hear(
        REACTIONS,
        records_of(
            [
                *an_accepted_outcome(one),
                *an_accepted_outcome(alias, outcome="ACC_6M"),
                *an_accepted_outcome(other, outcome="EDU_ENTRY"),
                an(cases.OutcomeRecorded, new_id()),
                an(referrals.ParticipantsMerged, one, alias_id=alias),
            ]
        ),
    )
    path = "/v1/programme/people-with-outcomes"

    async def counted(*codes: str) -> tuple[int, int]:
        told = (await door.get(path, PRIME, outcome=list(codes) or None)).json()
        return told["outcomes"], told["people"]

    assert await counted() == (3, 2)
    assert await counted("ACC_3M", "ACC_6M") == (2, 1)
    assert await counted("EMP_ENTRY") == (0, 0)
    assert (await door.get(path, PRIME, outcome="not a code")).status_code == 422


@pytest.mark.row("S-06")
async def test_a_referral_that_ended_as_a_duplicate_is_in_no_figure_until_it_is_restored(door: FrontDoor) -> None:
    await load(door)
    alias, survivor = new_id(), new_id()
    placed = an(referrals.ParticipantAllocated, alias)
    story: list[Event] = [
        an(referrals.ReferralReceived, survivor),
        an(referrals.ReferralReceived, alias, returning=True, under_25=True),
        placed,
        an(referrals.ParticipantsMerged, survivor, alias_id=alias),
        an(
            referrals.DuplicateReferralEnded,
            alias,
            duplicate_of=uuid5(survivor, "referral_id"),
            allocation_id=placed.allocation_id,
        ),
        an(referrals.ReferralJoined, survivor, joined_to=uuid5(survivor, "referral_id"), source="police"),
    ]
    await door.hear(REACTIONS, records_of(story))

    assert await referrals_told(door) == (1, 0, 0, 1, 0, "0.0%")

    restored = an(referrals.ReferralRestored, alias)
    apart = an(referrals.ParticipantsUnmerged, survivor, alias_id=alias)
    older = an(referrals.AgeAtReferralCorrected, alias, under_25=False)
    await door.hear(REACTIONS, records_of([*story, restored, apart, older]))

    assert await referrals_told(door) == (2, 1, 0, 2, 0, "50.0%")


@pytest.mark.row("S-06")
async def test_the_case_of_a_duplicate_is_in_no_figure(door: FrontDoor) -> None:
    """Its participant has another: no start, no plan waited for, no closure and nobody reached (BR-A5)."""
    await load(door)
    alias, survivor = new_id(), new_id()
    story: list[Event] = [
        *a_whole_story(survivor),
        *an_accepted_outcome(new_id(), outcome="ACC_6M"),
        an(referrals.ReferralReceived, alias),
        an(referrals.ParticipantAllocated, alias),
        an(cases.CaseStarted, alias),
        an(cases.SupportPlanAgreed, alias),
    ]
    await door.hear(REACTIONS, records_of(story))
    before = await cases_told(door)
    ended = [
        an(referrals.DuplicateReferralEnded, alias, duplicate_of=uuid5(survivor, "referral_id")),
        an(cases.CaseClosed, alias, reason="duplicate"),
    ]
    await door.hear(REACTIONS, records_of([*story, *ended]))

    assert before == (2, 1, 2, 1, "1.0", 2, 2)
    assert await cases_told(door) == (1, 1, 1, 1, "2.0", 1, 1)


async def cases_told(door: FrontDoor) -> tuple[Any, ...]:
    """Starts and closures of the year, and in all; outcomes a person; starts on the tracker; plans waited for."""
    [year] = (await door.get("/v1/programme/figures", PRIME)).json()["years"]
    summary = (await door.get("/v1/programme/summary", PRIME, at=SECOND_YEAR)).json()
    tracker = (await door.get("/v1/kpi-tracker", PRIME, month="2019-11")).json()["rows"]
    waits = (await door.get("/v1/waiting-times", PRIME)).json()
    return (
        year["starts_lcf"],
        year["closures"],
        summary["total"]["starts"],
        summary["total"]["closures"],
        summary["outcomes_per_person"],
        next(one["actuals_to_date"] for one in tracker if one["row"] == "new-starts"),
        sum(one["people"] for one in waits["to_plan"]),
    )


async def referrals_told(door: FrontDoor) -> tuple[Any, ...]:
    """Received, returns and under 25 of the year; the trackers of the partnership and of the provider; the rate."""
    [year] = (await door.get("/v1/programme/figures", PRIME)).json()["years"]
    trackers = [
        (await door.get("/v1/kpi-tracker", PRIME, month="2019-11", provider=whose)).json()["rows"][0]["actuals_to_date"]
        for whose in (None, "horton")
    ]
    summary = (await door.get("/v1/programme/summary", PRIME)).json()
    assert summary["total"]["referrals"] == trackers[0]
    return year["referrals"], year["returning"], year["under_25"], *trackers, summary["re_referral_rate"]


async def test_three_records_joined_one_after_another_are_one_person(door: FrontDoor) -> None:
    first, second, third = new_id(), new_id(), new_id()
    chain = [
        an(referrals.ParticipantsMerged, second, alias_id=first),
        an(referrals.ParticipantsMerged, third, alias_id=second),
    ]
    outcomes = [one for person in (first, second, third) for one in an_accepted_outcome(person)]
    path = "/v1/programme/people-with-outcomes"
    await door.hear(REACTIONS, records_of([*outcomes, *chain]))

    assert (await door.get(path, PRIME)).json() == {"outcomes": 3, "people": 1}

    parted = an(referrals.ParticipantsUnmerged, third, alias_id=second, others=(first,))
    await door.hear(REACTIONS, records_of([*outcomes, *chain, parted]))

    assert (await door.get(path, PRIME)).json() == {"outcomes": 3, "people": 2}


async def test_how_many_kept_what_they_entered_is_told(door: FrontDoor) -> None:
    await load(door)
    entries = [one for _ in range(3) for one in an_accepted_outcome(new_id(), outcome="EMP_ENTRY")]
    kept = [one for _ in range(2) for one in an_accepted_outcome(new_id(), outcome="EMP_6_5W")]
    await door.hear(REACTIONS, records_of([*entries, *kept]))
    path = "/v1/programme/sustainment"
    asked: dict[str, Any] = {"entered": ["EMP_ENTRY", "EMP_ENTRY_2"], "sustained": ["EMP_6_5W"], "at": SECOND_YEAR}

    told = await door.get(path, PRIME, **asked)
    assert told.json() == {"entered": 3, "sustained": 2, "sustainment_rate": "66.7%"}
    assert (await door.get(path, PRIME, provider="pdap", **asked)).json()["sustainment_rate"] == "n/a"
    assert (await door.get(path, PRIME, entered=["EMP_ENTRY"])).status_code == 422


async def test_a_programme_that_is_not_loaded_is_said_so(door: FrontDoor) -> None:
    assert (await door.get("/v1/programme/figures", PRIME)).status_code == 409
    assert (await door.put("/v1/programmes/kbop", OPERATOR, a_part())).is_success
    assert (await door.get("/v1/programme/figures", PRIME)).json()["years"] == []


@pytest.mark.row("S-03")
async def test_figures_follow_what_the_hub_puts_right(door: FrontDoor) -> None:
    await load(door)
    person = new_id()
    moved = an(
        referrals.ReferralCorrected,
        person,
        changed=("source", "needs", "referred_on", "funding_stream"),
        source="police",
        needs=("offending",),
        under_25=True,
        referred_on=SECOND_YEAR.date(),
        funding_stream="historic",
    )
    await door.hear(REACTIONS, records_of([*a_whole_story(person), moved]))

    told = (await door.get("/v1/programme/figures", PRIME)).json()

    first, second = told["years"]
    assert (first["referrals"], first["starts_lcf"], first["starts_historic"]) == (0, 0, 1)
    assert (second["referrals"], second["offending"], second["under_25"]) == (1, 1, 1)
    assert told["sources"] == [{"source": "police", "referrals": 1}]


async def test_needs_nobody_put_right_are_counted_as_the_referrer_named_them(door: FrontDoor) -> None:
    await load(door)
    person = new_id()
    received = an(referrals.ReferralReceived, person, needs=("offending",))
    moved = an(referrals.ReferralCorrected, person, changed=("notes",), needs=("refugee",))
    await door.hear(REACTIONS, records_of([received, moved]))

    [year] = (await door.get("/v1/programme/figures", PRIME)).json()["years"]
    assert year["offending"] == 1


async def test_what_adds_to_another_referral_counts_nowhere_when_it_is_put_right(door: FrontDoor) -> None:
    await load(door)
    moved = an(referrals.ReferralCorrected, new_id(), changed=("notes",), duplicate_of=new_id())
    await door.hear(REACTIONS, records_of([moved]))

    assert (await door.get("/v1/programme/figures", PRIME)).json()["years"] == []


@pytest.mark.row("S-08")
async def test_who_was_helped_once_by_mistake_is_not_counted_as_helped(door: FrontDoor) -> None:
    await load(door)
    person = new_id()
    story = [referrals.ReferralReceived, referrals.TriageSupportProvided]
    reopened = an(referrals.ReferralReopened, person, ended_as="triage-support")
    await door.hear(REACTIONS, records_of([*(an(one, person) for one in story), reopened]))

    [year] = (await door.get("/v1/programme/figures", PRIME)).json()["years"]
    assert (year["referrals"], year["helped_once"]) == (1, 0)


@pytest.mark.row("S-15")
async def test_drop_ins_are_counted_apart_on_the_day_put_right_and_not_when_taken_back(door: FrontDoor) -> None:
    await load(door)
    moved, taken_back = new_id(), new_id()
    await door.hear(
        REACTIONS,
        records_of(
            [
                *(an(referrals.DropInRecorded, one) for one in (new_id(), moved, taken_back)),
                an(referrals.DropInCorrected, moved, dropped_in_on=SECOND_YEAR.date()),
                an(referrals.DropInWithdrawn, taken_back),
            ]
        ),
    )

    first, second = (await door.get("/v1/programme/figures", PRIME)).json()["years"]
    assert (first["drop_ins"], second["drop_ins"], first["closures"]) == (1, 1, 0)


async def test_a_placement_taken_back_by_the_hub_is_neither_placed_nor_declined(door: FrontDoor) -> None:
    await load(door)
    person = new_id()
    told = [referrals.ReferralReceived, referrals.ParticipantAllocated, referrals.AllocationWithdrawn]
    await door.hear(REACTIONS, records_of([an(one, person) for one in told]))

    [row] = await door.rows("select * from allocation")
    assert (row["declined_on"], row["withdrawn_on"]) == (None, row["allocated_on"])
    assert (await door.get("/v1/waiting-times", PRIME)).json()["to_allocation"] == []


async def test_why_an_allocation_was_declined_is_what_was_put_right(door: FrontDoor) -> None:
    person = new_id()
    told = [referrals.ParticipantAllocated, referrals.AllocationDeclined, referrals.DeclineCorrected]
    await door.hear(REACTIONS, records_of([an(one, person) for one in told]))

    [row] = await door.rows("select decline_reason from allocation")
    assert row["decline_reason"] == "out-of-area"
