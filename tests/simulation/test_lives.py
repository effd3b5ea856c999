"""The simulated people themselves: repeatable, in order, and shown with paper that is what it says."""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import date
from itertools import islice, pairwise
from random import Random
from typing import get_args

import pytest

from programme import load_folder
from programme.referrals import Pathway, ReferralsFile
from simulation.care import MISTAKES, Mistake, meets
from simulation.lives import DISCLOSURES, NEEDS, SECOND_ENTRIES_FROM, Life, Pair, dealt, lives, pairs_of
from simulation.outcomes import CASE_NOTE, DOMESTIC_ABUSE
from simulation.papers import paper
from simulation.published import ETE, HOMES
from simulation.seats import Json
from simulation.tables import adds_up
from tests.parts.shared import ROOT

BEGINS_ON, ENDS_ON = date(2019, 9, 1), date(2024, 2, 29)
KBOP = load_folder(ROOT / "programmes" / "kbop")
REFERRALS = KBOP.referrals
CARD = {rate.code for card in KBOP.rate_cards for rate in card.rates}
WHOLE = 6_395


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


@pytest.mark.row("S-01")
@pytest.mark.row("S-27")
@pytest.mark.parametrize("starts", [50, 200, 1_000])
def test_contacts_starts_and_historic_placements_are_the_published_ones_to_scale(starts: int) -> None:
    told = lives(7, starts, BEGINS_ON, ENDS_ON, REFERRALS)
    started = [life for life in told if not life.helped_once]

    assert len(told) == round(starts * 8_521 / 6_395)
    assert len(started) == starts
    assert sum(life.historic for life in started) == round(starts * 523 / 6_395)


@pytest.fixture(scope="module", params=[7, 8])
def everyone(request: pytest.FixtureRequest) -> list[Life]:
    """The partnership at its real size, twice."""
    return lives(request.param, WHOLE, BEGINS_ON, ENDS_ON, REFERRALS)


def test_of_every_fifty_people_as_many_are_dealt_each_kind_as_its_share_says() -> None:
    shares = (("rare", 0.01), ("one", 0.22), ("other", 0.77))
    cards = list(islice(dealt(Random(1), shares), 200))  # noqa: S311 - to be repeated
    hands = [Counter(cards[start : start + 50]) for start in range(0, 200, 50)]

    assert Counter(cards) == {"rare": 2, "one": 44, "other": 154}
    assert [hand["one"] for hand in hands] == [11] * 4
    assert cards[:50] != cards[50:100]


@pytest.mark.parametrize("starts", [200, 1_000])
def test_no_luck_of_a_seed_changes_where_people_come_from(starts: int) -> None:
    for seed in range(3):
        told = lives(seed, starts, BEGINS_ON, ENDS_ON, REFERRALS)
        came = Counter(life.source for life in told)

        for source in REFERRALS.sources:
            assert came[source.source] == pytest.approx(len(told) * source.share_basis_points / 10_000, abs=5)


@pytest.mark.parametrize("starts", [200, 1_000])
def test_three_in_ten_were_known_before_in_the_first_year_and_one_in_ten_in_the_last(starts: int) -> None:
    for seed in range(3):
        years: list[list[bool]] = [[], [], [], [], []]
        for life in lives(seed, starts, BEGINS_ON, ENDS_ON, REFERRALS):
            years[(life.referred_on.year * 12 + life.referred_on.month - 2019 * 12 - 9) // 12].append(life.returns)

        assert sum(years[0]) / len(years[0]) == pytest.approx(0.30, abs=0.03)
        assert sum(years[-1]) / len(years[-1]) == pytest.approx(0.10, abs=0.03)


def test_as_many_people_have_outcomes_homes_and_work_as_are_published(everyone: list[Life]) -> None:
    def people(among: Collection[str]) -> int:
        return len({life.person for life in everyone for one in life.outcomes if one.outcome in among})

    assert people(CARD) == pytest.approx(5_514, abs=72)
    assert people(HOMES) == pytest.approx(3_675, abs=103)
    assert people(ETE) == pytest.approx(2_727, abs=103)
    assert sum(one.outcome in ETE for life in everyone for one in life.outcomes) == pytest.approx(3_641, abs=220)


def test_every_outcome_of_the_rate_cards_happens(everyone: list[Life]) -> None:
    assert {one.outcome for life in everyone for one in life.outcomes} == CARD


def test_at_the_size_of_the_demo_nearly_every_outcome_happens() -> None:
    told = lives(7, 200, BEGINS_ON, ENDS_ON, REFERRALS)

    assert len(CARD - {one.outcome for life in told for one in life.outcomes}) <= 2


def test_a_second_entry_comes_when_the_card_allows_it_and_a_second_qualification_is_another(
    everyone: list[Life],
) -> None:
    outcomes = [one for life in everyone for one in life.outcomes]
    subjects = {(one.slot, one.facts["ofqual_subject"]) for one in outcomes if one.outcome.startswith("OFQ_")}

    assert min(one.achieved_on for one in outcomes if one.outcome == "EMP_ENTRY_2") >= SECOND_ENTRIES_FROM
    assert subjects == {("first", "construction"), ("second", "care")}
    for life in everyone:
        entered = {one.outcome: one for one in life.outcomes if one.outcome.startswith("EMP_ENTRY")}
        if again := entered.get("EMP_ENTRY_2"):
            ended_on = again.facts["previous_employment_ended_on"]
            assert entered["EMP_ENTRY"].achieved_on.isoformat() <= str(ended_on) < again.achieved_on.isoformat()


@pytest.mark.row("S-15")
def test_people_drop_in_after_their_case_has_closed(everyone: list[Life]) -> None:
    days = [(life.closes_on, life.drops_in_on) for life in everyone if life.closes_on and life.drops_in_on]

    assert len(days) == sum(life.drops_in_on is not None for life in everyone) > 500
    assert all(closed_on < dropped_in_on <= ENDS_ON for closed_on, dropped_in_on in days)


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
        now = {(one.outcome, one.slot) for one in life.outcomes}
        assert not now & had.setdefault(life.person, set())
        had[life.person] |= now
        last[life.person] = life


@pytest.mark.parametrize("seed", range(20))
def test_nobody_is_too_young(seed: int) -> None:
    assert all(life.referred_on.year - life.person.date_of_birth.year >= 16 for life in fifty(seed))


def test_nobody_is_two_people(everyone: list[Life]) -> None:
    people = [life.person for life in everyone if not life.returns]

    assert len({one.identity for one in people}) == len(people)


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


OTHERS = tuple(
    Pathway(pathway_id=name, title=name, needs=needs, opens_on=date(2020, 1, 1))
    for name, needs in (("by-a-surgery", ("mental-health",)), ("by-a-school", ()), ("by-a-court", ("offending",)))
)
WITH_PATHWAYS: dict[str, ReferralsFile] = {
    folder.name: referrals
    for folder in sorted((ROOT / "programmes").iterdir())
    if folder.is_dir() and (referrals := load_folder(folder).referrals).pathways
} | {"one of other pathways": REFERRALS.model_copy(update={"pathways": OTHERS})}


def what_can_come_together(referrals: ReferralsFile) -> set[Pair]:
    """Two by two: every service with every disclosure, and with every pathway of its needs."""
    services = {specialism for (_, specialism), _ in NEEDS}
    told = {s: ("at referral",) if s == DOMESTIC_ABUSE else DISCLOSURES for s in services}
    pairs: set[Pair] = {(f"service {s}", f"disclosure {one}") for s in services for one in told[s]}
    for pathway in referrals.pathways:
        if pathway.opens_on is not None and pathway.under_age is None:
            by = {s for (needs, s), _ in NEEDS if not pathway.needs or set(pathway.needs) & set(needs)}
            pairs |= {(f"service {s}", f"pathway {pathway.pathway_id}") for s in by}
            pairs |= {(f"pathway {pathway.pathway_id}", f"disclosure {one}") for s in by for one in told[s]}
    return pairs


@pytest.mark.row("S-16")
@pytest.mark.parametrize("programme", WITH_PATHWAYS)
@pytest.mark.parametrize("seed", range(5))
def test_every_two_of_service_pathway_and_disclosure_that_can_come_together_do(seed: int, programme: str) -> None:
    referrals = WITH_PATHWAYS[programme]
    told = lives(seed, 200, BEGINS_ON, ENDS_ON, referrals)
    lived = {pair for life in told if not life.helped_once for pair in pairs_of(life)}

    assert what_can_come_together(referrals) - lived == set()
    assert {pathway for _, pathway in lived if pathway.startswith("pathway ")} <= {
        f"pathway {one}" for one in (None, *(pathway.pathway_id for pathway in referrals.pathways))
    }


@pytest.mark.row("S-34")
def test_some_say_only_later_that_they_are_at_risk_and_then_go_on_achieving(everyone: list[Life]) -> None:
    disclosing = [life for life in everyone if life.discloses_on]

    assert disclosing
    assert all(life.plan_on < life.discloses_on for life in disclosing if life.discloses_on)
    assert any(one.achieved_on > life.discloses_on for life in disclosing if life.discloses_on for one in life.outcomes)


def test_every_mistake_that_is_put_right_is_met_at_the_size_of_the_demo() -> None:
    told = [life for life in lives(7, 200, BEGINS_ON, ENDS_ON, REFERRALS) if not life.helped_once]
    needs: dict[Mistake, Callable[[Life], object]] = {
        "closed": lambda life: life.closes_on,
        "closed for another reason": lambda life: life.closes_on,
        "verified": lambda life: life.outcomes,
        "challenged": lambda life: life.outcomes,
    }

    met = {
        mistake
        for mistake in get_args(Mistake)
        if any(meets(life, mistake) and needs.get(mistake, bool)(life) for life in told)
    }

    assert met == set(get_args(Mistake)) == set(MISTAKES.values())
