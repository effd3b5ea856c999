from reporting.domain.measures import mean_in_time, outcomes_per_person, re_referral_rate, sustainment_rate
from reporting.domain.ratio import Ratio
from tests.reporting.builders import counts


def test_outcomes_per_person_counts_achieved_outcomes_to_participants() -> None:
    reached = counts(achieved={"ACC_3M": 40, "WB_2": 17}, outstanding={"WB_2": 9})

    assert outcomes_per_person(reached, 10).each == "5.7"


def test_the_re_referral_rate_is_of_all_referrals() -> None:
    assert re_referral_rate(30, 100).percent == "30.0%"


def test_a_target_for_the_average_is_met_up_to_and_with_its_last_day() -> None:
    assert [mean_in_time(mean, 15) for mean in (14.9, 15.0, 15.1)] == [True, True, False]


def test_the_sustainment_rate_is_of_all_entries() -> None:
    reached = counts(achieved={"EMP_ENTRY": 2, "EMP_ENTRY_2": 1, "EMP_6_5W": 2}, outstanding={"EMP_6_5W": 4})

    assert sustainment_rate(reached, ["EMP_ENTRY", "EMP_ENTRY_2"], ["EMP_6_5W"]) == Ratio(2, 3)
    assert sustainment_rate(reached, ["EDU_ENTRY"], ["EDU_ENTRY"]).percent == "n/a"
