from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral_hub.domain.allocation import Candidate, Choice, PlacementNeed, allocate
from tests.referral_hub.builders import TODAY, WEIGHTS, a_candidate, a_need

candidates = st.builds(
    a_candidate,
    provider_id=st.sampled_from(["connect", "foundation", "fusion-housing", "horton", "pdap"]),
    specialisms=st.frozensets(st.sampled_from(["generic", "domestic-abuse", "mental-health"])),
    capacity=st.integers(0, 20),
    caseload=st.dictionaries(st.sampled_from(["low", "medium", "high"]), st.integers(0, 6)),
    joined_on=st.sampled_from([date(2019, 9, 1), TODAY, TODAY + timedelta(days=1)]),
    left_on=st.sampled_from([None, TODAY - timedelta(days=1), TODAY]),
)
panels = st.lists(candidates, max_size=5, unique_by=lambda candidate: candidate.provider_id)
needs = st.builds(
    a_need,
    specialism=st.sampled_from(["generic", "domestic-abuse", "mental-health"]),
    intensity=st.sampled_from(["low", "medium", "high"]),
)


def exclusions(allocation: Choice) -> dict[str, list[str]]:
    return {one.provider_id: [no.code for no in one.exclusions] for one in allocation.explanation.weighings}


def test_the_provider_with_the_largest_share_to_spare_is_chosen() -> None:
    roomy = a_candidate("horton", capacity=100, caseload={"low": 60})
    small = a_candidate("pdap", capacity=10, caseload={"low": 3})

    assert allocate(a_need(), [roomy, small], TODAY, WEIGHTS).chosen == "pdap"


def test_equals_are_taken_in_order_of_their_codes() -> None:
    assert allocate(a_need(), [a_candidate("horton"), a_candidate("connect")], TODAY, WEIGHTS).chosen == "connect"


@pytest.mark.parametrize(
    ("candidate", "code"),
    [
        (a_candidate(joined_on=TODAY + timedelta(days=1)), "provider_not_joined"),
        (a_candidate(left_on=TODAY - timedelta(days=1)), "provider_left"),
        (a_candidate(specialisms=frozenset({"domestic-abuse"})), "expertise_missing"),
        (a_candidate(capacity=10, caseload={"low": 9}), "no_capacity"),
        (a_candidate(capacity=0), "no_capacity"),
        (a_candidate("connect"), "handed_back"),
    ],
)
def test_a_candidate_is_passed_over_and_stays_in_the_explanation(candidate: Candidate, code: str) -> None:
    allocation = allocate(a_need(handed_back_by=frozenset({"connect"})), [candidate], TODAY, WEIGHTS)

    assert allocation.chosen is None
    assert exclusions(allocation) == {candidate.provider_id: [code]}


def test_a_provider_takes_participants_on_its_first_and_last_day() -> None:
    candidate = a_candidate(joined_on=TODAY, left_on=TODAY)

    assert allocate(a_need(), [candidate], TODAY, WEIGHTS).chosen == "horton"


@pytest.mark.parametrize(("intensity", "chosen"), [("low", "horton"), ("medium", "horton"), ("high", None)])
def test_high_intensity_takes_more_capacity(intensity: str, chosen: str | None) -> None:
    candidate = a_candidate(capacity=10, caseload={"high": 1, "medium": 2})

    assert allocate(a_need(intensity=intensity), [candidate], TODAY, WEIGHTS).chosen == chosen


@pytest.mark.row("S-07")
def test_every_reason_against_a_candidate_is_kept() -> None:
    candidate = a_candidate(specialisms=frozenset[str](), capacity=1, left_on=date(2020, 5, 31))

    allocation = allocate(a_need(), [candidate], TODAY, WEIGHTS)

    assert exclusions(allocation) == {"horton": ["provider_left", "expertise_missing", "no_capacity"]}


def test_with_no_candidates_the_participant_waits() -> None:
    assert allocate(a_need(), [], TODAY, WEIGHTS).chosen is None


@pytest.mark.row("S-07")
@settings(max_examples=60, deadline=None, database=None)
@given(needs, panels)
def test_whoever_is_chosen_has_the_expertise_and_the_room(need: PlacementNeed, panel: list[Candidate]) -> None:
    allocation = allocate(need, panel, TODAY, WEIGHTS)

    weighed = {one.provider_id: one for one in allocation.explanation.weighings}
    assert weighed.keys() == {one.provider_id for one in panel}
    assert (allocation.chosen is None) == all(one.exclusions for one in weighed.values())
    if allocation.chosen:
        chosen = weighed[allocation.chosen]
        assert chosen.expertise
        assert chosen.in_partnership
        assert chosen.spare >= allocation.explanation.cost


@settings(max_examples=60, deadline=None, database=None)
@given(needs, panels.flatmap(lambda panel: st.tuples(st.just(panel), st.permutations(panel))))
def test_the_order_of_asking_never_matters(
    need: PlacementNeed, panels: tuple[list[Candidate], list[Candidate]]
) -> None:
    one, other = panels

    assert allocate(need, one, TODAY, WEIGHTS) == allocate(need, other, TODAY, WEIGHTS)
