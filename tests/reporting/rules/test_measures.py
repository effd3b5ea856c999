from datetime import date
from uuid import UUID

from reporting.domain.measures import outcomes_per_person, re_referral_rate, share_with_an_outcome, sustainment_rate
from tests.reporting.builders import a_recorded, counts

LAST_DAY = date(2019, 11, 30)


def test_outcomes_per_person_counts_achieved_outcomes_to_participants() -> None:
    reached = counts(achieved={"ACC_3M": 40, "WB_2": 17}, outstanding={"WB_2": 9})

    assert outcomes_per_person(reached, 10).each == "5.7"


def test_the_re_referral_rate_is_of_all_referrals() -> None:
    assert re_referral_rate(30, 100).percent == "30.0%"


def test_the_sustainment_rate_is_of_those_who_entered() -> None:
    reached = counts(achieved={"EMP_ENTRY": 3, "EMP_6_5W": 2})

    assert sustainment_rate(reached, "EMP_ENTRY", "EMP_6_5W").percent == "66.7%"


def test_a_participant_with_two_outcomes_is_one_participant() -> None:
    outcomes = [a_recorded(1, achieved_on=LAST_DAY), a_recorded(2)]

    assert share_with_an_outcome(outcomes, 4, LAST_DAY).percent == "25.0%"


def test_an_outcome_still_to_be_accepted_or_achieved_later_gives_no_share() -> None:
    outcomes = [
        a_recorded(1, participant_id=UUID(int=7), standing="raised"),
        a_recorded(2, participant_id=UUID(int=8), standing="returned"),
        a_recorded(3, participant_id=UUID(int=9), achieved_on=date(2019, 12, 1)),
    ]

    assert share_with_an_outcome(outcomes, 4, LAST_DAY).percent == "0.0%"
