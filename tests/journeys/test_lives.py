"""The simulated people themselves: repeatable, in order, and shown with paper that is what it says."""

from datetime import date
from itertools import pairwise

import pytest

from common.programme import load_folder
from simulation.lives import Life, lives
from simulation.outcomes import CASE_NOTE
from simulation.papers import paper
from simulation.seats import Json
from simulation.tables import adds_up
from tests.parts.shared import ROOT

BEGINS_ON, ENDS_ON = date(2019, 9, 1), date(2024, 2, 29)
REFERRALS = load_folder(ROOT / "programmes" / "kbop").referrals


def fifty(seed: int = 7) -> list[Life]:
    return lives(seed, 50, BEGINS_ON, ENDS_ON, REFERRALS)


def test_the_same_seed_tells_the_same_lives_and_another_seed_others() -> None:
    assert fifty() == fifty()
    assert fifty() != fifty(seed=8)


@pytest.mark.parametrize("seed", range(20))
def test_everything_happens_in_its_order_and_within_the_simulation(seed: int) -> None:
    for life in fifty(seed):
        days = [life.referred_on, life.triaged_on, life.allocated_on, life.started_on, life.plan_on]
        outcomes = [one.achieved_on for one in life.outcomes]

        assert life.referred_on >= BEGINS_ON
        assert all(earlier <= later for earlier, later in pairwise([*days, *outcomes]))
        assert all(day <= ENDS_ON for day in outcomes)
        assert life.helped_once or life.closes_on is None or life.closes_on >= max([life.plan_on, *outcomes])


@pytest.mark.parametrize("starts", [50, 200, 1_000])
def test_contacts_starts_and_historic_placements_are_the_published_ones_to_scale(starts: int) -> None:
    told = lives(7, starts, BEGINS_ON, ENDS_ON, REFERRALS)
    started = [life for life in told if not life.helped_once]

    assert len(told) == round(starts * 8_521 / 6_395)
    assert len(started) == starts
    assert sum(life.historic for life in started) == round(starts * 523 / 6_395)


@pytest.mark.parametrize("seed", range(5))
def test_whoever_returns_is_somebody_whose_last_support_had_ended_and_achieves_nothing_twice(seed: int) -> None:
    last: dict[object, Life] = {}
    had: dict[object, set[tuple[str, str]]] = {}
    for life in lives(seed, 400, BEGINS_ON, ENDS_ON, REFERRALS):
        before = last.get(life.person)
        assert life.returns == (before is not None)
        if before is not None:
            assert before.closes_on is not None
            assert before.closes_on < life.referred_on
            assert before.circumstances.restricted == life.circumstances.restricted
        now = {(one.outcome, one.slot) for one in life.outcomes}
        assert not now & had.setdefault(life.person, set())
        had[life.person] |= now
        last[life.person] = life


@pytest.mark.parametrize("seed", range(20))
def test_nobody_is_two_people_and_nobody_is_too_young(seed: int) -> None:
    people = [life.person for life in fifty(seed) if not life.returns]

    assert len({(one.name, one.date_of_birth) for one in people}) == len(people)
    assert all(life.referred_on.year - life.person.date_of_birth.year >= 16 for life in fifty(seed))


@pytest.mark.parametrize("seed", range(20))
def test_a_first_attempt_that_falls_short_is_not_what_is_right(seed: int) -> None:
    attempts = [one for life in fifty(seed) for one in life.outcomes]

    assert all(one.sent_first is None or set(one.sent_first) != set(one.evidence) for one in attempts)
    assert all(one.queried_for is None or one.queried_for in one.evidence for one in attempts)
    assert all(one.queried_for is None or one.queried_for.kind != CASE_NOTE for one in attempts)


def test_paper_is_a_sound_pdf_and_the_same_every_time() -> None:
    letter = paper("landlord-letter", "Copy (1) of \\ it", BEGINS_ON)
    table_at = int(letter.rsplit(b"startxref\n", 1)[1].split()[0])

    assert letter.startswith(b"%PDF-1.4")
    assert letter[table_at:].startswith(b"xref")
    assert letter == paper("landlord-letter", "Copy (1) of \\ it", BEGINS_ON)
    assert letter != paper("landlord-letter", "Copy 2", BEGINS_ON)


@pytest.mark.parametrize("astray", ["value_pence", "payable_pence", "above_cap_pence"])
def test_a_statement_a_penny_off_does_not_add_up(astray: str) -> None:
    shares = [{"payer": "kirklees-council", "pence": 70}, {"payer": "lcf", "pence": 30}]
    line: Json = {"value_pence": 100, "payable_pence": 100, "above_cap_pence": 0, "shares": shares}
    two = [{"payer": "kirklees-council", "pence": 140}, {"payer": "lcf", "pence": 60}]
    statement: Json = {"value_pence": 200, "payable_pence": 200, "above_cap_pence": 0, "shares": two}

    assert adds_up(statement, [line, line])
    assert not adds_up(statement | {astray: statement[astray] + 1}, [line, line])
