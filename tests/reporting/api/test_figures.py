"""What evaluations publish, counted from what was heard."""

from datetime import UTC, datetime

import pytest

from common.contracts import cases, claims, referrals
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
                an(referrals.ReferralReceived, back, occurred_at=SECOND_YEAR, **again),
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


@pytest.mark.row("S-29")
async def test_a_duplicate_is_in_no_figure_until_it_is_found_to_be_none(door: FrontDoor) -> None:
    await load(door)
    stays, double = new_id(), new_id()
    story = [
        an(referrals.ReferralReceived, double),
        an(referrals.ParticipantAllocated, double),
        an(cases.CaseStarted, double),
        an(referrals.DuplicateReferralEnded, double),
        an(cases.CaseClosed, double, reason="duplicate"),
        an(referrals.ReferralRestored, double),
    ]
    *before, restored = records_of([*a_whole_story(stays), *story])
    await door.hear(REACTIONS, before)

    async def counted() -> tuple[int, int, int, int]:
        told = (await door.get("/v1/programme/figures", PRIME)).json()
        [year], [source] = told["years"], told["sources"]
        return year["referrals"], year["starts_lcf"], year["closures"], source["referrals"]

    months = (await door.get("/v1/programme/summary", PRIME)).json()["months"]
    assert (months[0]["referrals"], months[0]["allocations"], months[0]["starts"]) == (1, 1, 1)
    assert await counted() == (1, 1, 1, 1)
    await door.hear(REACTIONS, [restored])
    assert await counted() == (2, 1, 1, 2)


async def test_an_age_put_right_moves_the_figure(door: FrontDoor) -> None:
    await load(door)
    person = new_id()
    told = [
        an(referrals.ReferralReceived, person, under_25=True),
        an(referrals.AgeAtReferralCorrected, person, under_25=False),
    ]
    await door.hear(REACTIONS, records_of(told))

    assert (await door.get("/v1/programme/figures", PRIME)).json()["years"][0]["under_25"] == 0


async def test_two_who_were_one_are_two_again(door: FrontDoor) -> None:
    one, alias, other = new_id(), new_id(), new_id()

    async def people() -> int:
        return (await door.get("/v1/programme/people-with-outcomes", PRIME)).json()["people"]

    told = [
        *an_accepted_outcome(one),
        *an_accepted_outcome(alias, outcome="ACC_6M"),
        *an_accepted_outcome(other, outcome="ACC_6M"),
        an(referrals.ParticipantsMerged, alias, alias_id=other),
        an(referrals.ParticipantsMerged, one, alias_id=alias),
        an(referrals.ParticipantsUnmerged, one, alias_id=alias, others=(other,)),
    ]
    *merged, parted = records_of(told)
    await door.hear(REACTIONS, merged)
    assert await people() == 1
    await door.hear(REACTIONS, [parted])
    assert await people() == 2


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


async def test_a_programme_that_is_not_loaded_is_said_so(door: FrontDoor) -> None:
    assert (await door.get("/v1/programme/figures", PRIME)).status_code == 404
    assert (await door.put("/v1/programmes/kbop", OPERATOR, a_part())).is_success
    assert (await door.get("/v1/programme/figures", PRIME)).json()["years"] == []
