"""How months go on: side by side where nothing depends on it, in one order where it does, and looked for once."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime

import httpx
import pytest

from simulation import hearing as looked_for
from simulation.care import Awaits, Care, Place, Story
from simulation.hearing import Hearing, case_of, claim_of
from simulation.journal import Journal
from simulation.lives import lives
from simulation.months import Pace, work_by_month
from simulation.seats import Json, SeatRefused
from simulation.waiting import NeverCame
from tests.simulation.parts import Answers, seats_answered_by
from tests.simulation.test_lives import BEGINS_ON, ENDS_ON, REFERRALS

NOW = datetime(2019, 9, 30, 9, tzinfo=UTC)
LAST = date(2019, 9, 30)


# --- hearing


class Town:
    """Lists what has been heard in it so far, look by look; the last look is seen for ever."""

    def __init__(self, *looks: Sequence[Json]) -> None:
        self.looks = list(looks)
        self.asked = list[str]()

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.url.host} {request.url.params['state']}")
        items = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        return httpx.Response(200, json={"items": items, "next": None})


def hearing_in(answers: Answers, journal: Journal | None = None) -> Hearing:
    hearing = Hearing(seats_answered_by(answers, "prime-manager"), journal or Journal())
    hearing.begin(NOW)
    return hearing


def claim(outcome_id: str, revision: int = 1) -> Json:
    return {"id": f"claim of {outcome_id}", "outcome_id": outcome_id, "revision": revision}


async def test_whoever_waits_for_the_same_service_is_looked_for_at_once() -> None:
    town = Town([claim("a")], [claim("a"), claim("b"), claim("c")])
    hearing = hearing_in(town.answer)
    heard = await asyncio.gather(*(hearing.of(claim_of(one)) for one in "abc"))

    assert heard == ["claim of a", "claim of b", "claim of c"]
    assert town.asked == ["claims raised"] * 2


async def test_what_a_look_has_seen_is_not_looked_for_again() -> None:
    town = Town([claim("a"), claim("b")])
    hearing = hearing_in(town.answer)

    assert [await hearing.of(claim_of(one)) for one in "ab"] == ["claim of a", "claim of b"]
    assert len(town.asked) == 1


async def test_a_correction_is_heard_when_its_own_revision_is() -> None:
    town = Town([claim("a")], [claim("a")], [claim("a", revision=2)])

    assert await hearing_in(town.answer).of(claim_of("a", revision=2)) == "claim of a"
    assert len(town.asked) == 3


async def test_what_was_waited_for_once_is_known_after_an_interruption() -> None:
    journal, town = Journal(), Town([{"id": "case 1", "referral_id": "r"}])
    heard = [await hearing_in(town.answer, journal).of(case_of("r")) for _ in range(2)]

    assert heard == ["case 1"] * 2
    assert town.asked == ["case-management allocated"]


async def test_a_look_that_is_refused_ends_all_waiting() -> None:
    hearing = hearing_in(lambda _: httpx.Response(403, json={"title": "No"}))
    answers = await asyncio.gather(*(hearing.of(claim_of(one)) for one in "ab"), return_exceptions=True)

    assert [type(answer) for answer in answers] == [SeatRefused, SeatRefused]


async def test_what_never_comes_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looked_for, "BEHIND_SECONDS", 0.3)

    with pytest.raises(NeverCame, match="claim/a/1"):
        await hearing_in(Town([]).answer).of(claim_of("a"))


# --- stories


async def tell(care: Care, told: list[Place], place: Place, *awaits: Awaits) -> None:
    async def story() -> Story:
        for one in awaits:
            yield one
            told.append(place)

    await care.add(place, story())


@pytest.fixture
def care() -> Care:
    seats = seats_answered_by(lambda _: httpx.Response(500), "prime-manager")
    return Care(seats, Hearing(seats, Journal()))


async def test_stories_go_on_to_the_end_of_the_month_and_no_further(care: Care) -> None:
    told = list[Place]()
    await tell(care, told, (1, "", ""), Awaits(date(2019, 9, 2)), Awaits(LAST), Awaits(date(2019, 10, 1)))
    await care.go_on(LAST)

    assert told == [(1, "", "")] * 2
    assert care.going[1, "", ""].awaits.day == date(2019, 10, 1)


async def test_turns_are_taken_by_day_then_by_person_whoever_came_first(care: Care) -> None:
    told = list[Place]()
    for number, day in ((3, 5), (2, 9), (1, 9), (4, 1)):
        await tell(care, told, (number, "WB_INITIAL", "only"), Awaits(date(2019, 9, day), in_turn=True))
    await tell(care, told, (5, "WB_INITIAL", "only"), Awaits(date(2019, 10, 1), in_turn=True))
    await care.go_on(LAST)
    assert told == []

    await care.take_turns(LAST)
    assert [number for number, *_ in told] == [4, 3, 1, 2]
    assert [number for number, *_ in care.going] == [5]


# --- pace


def test_what_is_left_is_estimated_from_months_that_were_played_not_from_those_told_again() -> None:
    pace = Pace([100, 300, 600])
    pace.month_is_over(played=False)
    assert pace.said(0) == "0 requests"

    pace.since -= 30
    pace.month_is_over(played=True)
    assert pace.said(1_234) == "1,234 requests, about 1 min 00 s to go"

    pace.month_is_over(played=True)
    assert pace.said(2_000) == "2,000 requests"


def test_work_follows_the_lives() -> None:
    told = lives(7, 200, BEGINS_ON, ENDS_ON, REFERRALS)
    work = work_by_month(told, BEGINS_ON, 55)

    assert len(work) == 55
    assert work[0] < work[20]
    assert work_by_month([*told, *told], BEGINS_ON, 55) == [2 * each for each in work]
