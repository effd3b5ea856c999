from datetime import date
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.domain.standing import PLACES, ClaimStanding, Place, Recorded, counted, place_of
from tests.reporting.builders import a_recorded

LAST_DAY = date(2019, 11, 30)
STANDINGS: tuple[ClaimStanding, ...] = get_args(ClaimStanding)

recorded_outcomes = st.lists(
    st.builds(
        a_recorded,
        number=st.integers(1, 20),
        outcome=st.sampled_from(["ACC_3M", "WB_2"]),
        standing=st.sampled_from(STANDINGS),
        refusals=st.sampled_from([frozenset[str](), frozenset({"already_claimed"})]),
    ),
    max_size=12,
    unique_by=lambda one: one.outcome_id,
)


def test_every_standing_has_its_place() -> None:
    assert PLACES.keys() == set(STANDINGS)


@pytest.mark.parametrize(
    ("recorded", "place"),
    [
        (a_recorded(standing="recorded"), "outstanding"),
        (a_recorded(standing="raised"), "outstanding"),
        (a_recorded(standing="returned"), "outstanding"),
        (a_recorded(standing="approved"), "achieved"),
        (a_recorded(standing="queried"), "achieved"),
        (a_recorded(standing="verified"), "achieved"),
        (a_recorded(standing="refused", refusals=frozenset({"evidence_missing"})), "outstanding"),
        (a_recorded(standing="refused", refusals=frozenset({"already_claimed"})), "added-value"),
        (a_recorded(standing="verified", refusals=frozenset({"already_claimed"})), "achieved"),
        (a_recorded(standing="withdrawn"), "none"),
    ],
)
def test_an_outcome_counts_as_achieved_once_the_prime_accepts_its_evidence(recorded: Recorded, place: Place) -> None:
    assert place_of(recorded) == place


def test_an_outcome_counts_by_the_day_it_was_achieved() -> None:
    counts = counted([a_recorded(1, achieved_on=LAST_DAY), a_recorded(2, achieved_on=date(2019, 12, 1))], LAST_DAY)

    assert counts.achieved == {"ACC_3M": 1}


def test_a_joint_outcome_heard_of_from_two_providers_counts_once() -> None:
    counts = counted([a_recorded(), a_recorded(provider_id="pdap")], LAST_DAY)

    assert counts.achieved == {"ACC_3M": 1}


@settings(max_examples=50, deadline=None, database=None)
@given(recorded_outcomes)
def test_every_recorded_outcome_is_in_exactly_one_place(outcomes: list[Recorded]) -> None:
    counts = counted(outcomes, LAST_DAY)

    places = (counts.achieved, counts.outstanding, counts.added_value, counts.withdrawn)
    assert sum(place.total() for place in places) == len(outcomes)


@settings(max_examples=50, deadline=None, database=None)
@given(recorded_outcomes.flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_the_order_of_hearing_never_matters(both: tuple[list[Recorded], list[Recorded]]) -> None:
    one, other = both

    assert counted(one, LAST_DAY) == counted(other, LAST_DAY)
