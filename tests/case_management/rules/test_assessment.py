from datetime import date, timedelta

import pytest

from case_management.domain.assessment import (
    Instrument,
    ScoredAssessment,
    refusals_of_assessment,
    stages_of,
)
from rulebook.outcome import AssessmentStage
from tests.case_management.builders import DASH, REFERRED_ON, STAR, TODAY, a_taking

NOV_30 = date(2020, 11, 30)
POWER_FORM = Instrument("power-form", 0, 50, "higher", months_to_next_stages=(0,))


@pytest.mark.parametrize(
    ("taking", "codes"),
    [
        (a_taking(score=10), []),
        (a_taking(score=100), []),
        (a_taking(score=9), ["score_off_the_scale"]),
        (a_taking(score=101), ["score_off_the_scale"]),
        (a_taking(assessed_on=REFERRED_ON), []),
        (a_taking(assessed_on=REFERRED_ON - timedelta(days=1)), ["assessed_before_referral"]),
        (a_taking(assessed_on=TODAY), []),
        (a_taking(assessed_on=TODAY + timedelta(days=1)), ["assessed_in_the_future"]),
    ],
)
def test_an_assessment_is_on_the_scale_and_in_its_time(taking: ScoredAssessment, codes: list[str]) -> None:
    assert [refusal.code for refusal in refusals_of_assessment(taking, TODAY)] == codes


@pytest.mark.row("S-35")
@pytest.mark.parametrize(
    ("days", "stages"),
    [
        ([NOV_30], ["initial"]),
        ([NOV_30, date(2021, 2, 27)], ["initial", "later"]),
        ([NOV_30, date(2021, 2, 28)], ["initial", "second"]),
        ([NOV_30, date(2021, 1, 5), date(2021, 2, 28)], ["initial", "later", "second"]),
        ([NOV_30, date(2021, 3, 1), date(2021, 5, 29)], ["initial", "second", "later"]),
        ([NOV_30, date(2021, 3, 1), date(2021, 5, 30)], ["initial", "second", "third"]),
        ([NOV_30, date(2021, 8, 1), date(2021, 8, 1)], ["initial", "second", "third"]),
        ([NOV_30, date(2021, 3, 1), date(2021, 5, 30), TODAY], ["initial", "second", "third", "later"]),
    ],
)
def test_the_star_has_a_second_stage_after_three_months_and_a_third_after_six(
    days: list[date], stages: list[AssessmentStage]
) -> None:
    assert stages_of(STAR, REFERRED_ON, days) == stages


@pytest.mark.row("S-37")
@pytest.mark.parametrize(("days", "stage"), [(0, "referral"), (14, "referral"), (15, "initial")])
def test_the_first_dash_counts_as_taken_at_referral_only_near_it(days: int, stage: AssessmentStage) -> None:
    assert stages_of(DASH, REFERRED_ON, [REFERRED_ON + timedelta(days=days)]) == [stage]


@pytest.mark.row("S-36")
@pytest.mark.parametrize("instrument", [DASH, POWER_FORM])
def test_an_instrument_without_intervals_has_a_second_stage_at_once_and_no_third(instrument: Instrument) -> None:
    assert stages_of(instrument, REFERRED_ON, [REFERRED_ON] * 3)[1:] == ["second", "later"]


def test_nothing_assessed_has_no_stage() -> None:
    assert stages_of(STAR, REFERRED_ON, []) == []
