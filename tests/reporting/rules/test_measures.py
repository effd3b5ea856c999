from reporting.domain.measures import outcomes_per_person, re_referral_rate, sustainment_rate
from tests.reporting.builders import counts


def test_outcomes_per_person_counts_achieved_outcomes_to_participants() -> None:
    reached = counts(achieved={"ACC_3M": 40, "WB_2": 17}, outstanding={"WB_2": 9})

    assert outcomes_per_person(reached, 10).each == "5.7"


def test_the_re_referral_rate_is_of_all_referrals() -> None:
    assert re_referral_rate(30, 100).percent == "30.0%"


def test_the_sustainment_rate_is_of_those_who_entered() -> None:
    reached = counts(achieved={"EMP_ENTRY": 3, "EMP_6_5W": 2})

    assert sustainment_rate(reached, "EMP_ENTRY", "EMP_6_5W").percent == "66.7%"
