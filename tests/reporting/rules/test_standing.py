from typing import Any

import pytest

from reporting.domain.standing import PLACES, OutcomePlace, Place, place_of
from tests.parts.states import CLAIM_STATES


@pytest.mark.parametrize(
    ("alike", "accepted", "place"),
    [
        ({"claim_state": None}, False, "outstanding"),
        ({"claim_state": "raised"}, False, "outstanding"),
        ({"claim_state": "returned"}, True, "outstanding"),
        ({"claim_state": "approved"}, True, "achieved"),
        ({"claim_state": "approved"}, False, "outstanding"),
        ({"claim_state": "submitted"}, True, "achieved"),
        ({"claim_state": "queried"}, True, "achieved"),
        ({"claim_state": "verified"}, True, "achieved"),
        ({"claim_state": "verified"}, False, "outstanding"),
        ({"claim_state": "verified", "withdrawn": True}, True, "achieved"),
        ({"claim_state": "verified", "added_value": True}, True, "achieved"),
        ({"claim_state": "verified", "taken_back": True}, True, "none"),
        ({"claim_state": "refused"}, True, "outstanding"),
        ({"claim_state": "refused", "added_value": True}, True, "added-value"),
        ({"claim_state": "withdrawn"}, True, "none"),
        ({"claim_state": "approved", "withdrawn": True}, True, "none"),
        ({"claim_state": None, "withdrawn": True}, True, "none"),
    ],
)
def test_an_outcome_counts_as_achieved_while_the_prime_has_accepted_it(
    alike: dict[str, Any], accepted: bool, place: Place
) -> None:
    assert place_of(OutcomePlace(**alike), accepted) == place


def test_every_state_of_a_claim_has_its_place() -> None:
    assert set(PLACES) == {"recorded", *CLAIM_STATES}
