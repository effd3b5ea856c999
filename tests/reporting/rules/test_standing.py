from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.domain.standing import PLACES, ClaimStanding, Place, Tally, counted, place_of
from tests.reporting.builders import a_tally

STANDINGS: tuple[ClaimStanding, ...] = get_args(ClaimStanding)

tallies = st.lists(
    st.builds(
        a_tally,
        count=st.integers(1, 50),
        outcome=st.sampled_from(["ACC_3M", "WB_2"]),
        claim_state=st.sampled_from([None, *STANDINGS]),
        withdrawn=st.booleans(),
        accepted=st.booleans(),
        added_value=st.booleans(),
    ),
    max_size=12,
)


def test_every_standing_has_its_place() -> None:
    assert PLACES.keys() == set(STANDINGS)


@pytest.mark.parametrize(
    ("alike", "place"),
    [
        ({"claim_state": None, "accepted": False}, "outstanding"),
        ({"claim_state": "raised", "accepted": False}, "outstanding"),
        ({"claim_state": "returned"}, "outstanding"),
        ({"claim_state": "approved"}, "achieved"),
        ({"claim_state": "approved", "accepted": False}, "outstanding"),
        ({"claim_state": "submitted"}, "achieved"),
        ({"claim_state": "queried"}, "achieved"),
        ({"claim_state": "verified"}, "achieved"),
        ({"claim_state": "verified", "accepted": False}, "outstanding"),
        ({"claim_state": "verified", "withdrawn": True}, "achieved"),
        ({"claim_state": "verified", "added_value": True}, "achieved"),
        ({"claim_state": "refused"}, "outstanding"),
        ({"claim_state": "refused", "added_value": True}, "added-value"),
        ({"claim_state": "withdrawn"}, "none"),
        ({"claim_state": "approved", "withdrawn": True}, "none"),
        ({"claim_state": None, "withdrawn": True}, "none"),
    ],
)
def test_an_outcome_counts_as_achieved_while_the_prime_has_accepted_it(alike: dict[str, Any], place: Place) -> None:
    assert place_of(a_tally(**alike)) == place


@settings(max_examples=50, deadline=None, database=None)
@given(tallies)
def test_every_recorded_outcome_is_in_exactly_one_place(some: list[Tally]) -> None:
    counts = counted(some)

    places = (counts.achieved, counts.outstanding, counts.added_value, counts.withdrawn)
    assert sum(place.total() for place in places) == sum(tally.count for tally in some)


@settings(max_examples=50, deadline=None, database=None)
@given(tallies.flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_the_order_of_counting_never_matters(both: tuple[list[Tally], list[Tally]]) -> None:
    one, other = both

    assert counted(one) == counted(other)
