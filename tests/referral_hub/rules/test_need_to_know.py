import pytest

from referral_hub.domain.need_to_know import contact_is_shown


@pytest.mark.parametrize(
    ("restricted", "scopes", "at_prime", "shown"),
    [
        (False, frozenset[str](), False, True),
        (True, frozenset[str](), False, False),
        (True, frozenset[str](), True, True),
        (True, frozenset({"joint"}), False, False),
        (True, frozenset({"joint", "lead"}), False, True),
    ],
)
def test_where_a_restricted_participant_lives_is_for_those_who_lead(
    restricted: bool, scopes: frozenset[str], at_prime: bool, shown: bool
) -> None:
    assert contact_is_shown(restricted, scopes, at_prime=at_prime) is shown
