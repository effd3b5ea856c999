from datetime import date

import pytest

from rulebook.outcome import AssessmentStage, PlanInForce
from tests.claims.builders import (
    ACHIEVED_ON,
    REFERRED_ON,
    STARTED_ON,
    a_good_outcome,
    a_plan,
    an_assessment,
    codes,
    judged,
)

STAR = "homelessness-star"


@pytest.mark.row("S-33")
@pytest.mark.parametrize(
    "plan",
    [None, a_plan(kind="safety"), a_plan(agreed_on=date(2022, 9, 2))],
    ids=["no plan", "the other kind", "agreed later"],
)
def test_no_initial_assessment_is_claimed_without_an_agreed_plan(plan: PlanInForce | None) -> None:
    assert codes(judged(a_good_outcome("generic", "WB_INITIAL", plan=plan))) == ["plan_not_agreed"]


def test_a_plan_agreed_on_the_day_itself_will_do() -> None:
    assert judged(a_good_outcome("generic", "WB_INITIAL", plan=a_plan(agreed_on=ACHIEVED_ON))).ready


@pytest.mark.parametrize(
    ("code", "stage", "assessed_on", "refused"),
    [
        ("WB_2", "second", date(2021, 5, 2), ["assessed_too_early"]),
        ("WB_2", "second", date(2021, 5, 3), []),
        ("WB_2", "second", date(2021, 5, 4), []),
        ("WB_3", "third", date(2021, 8, 2), ["assessed_too_early"]),
        ("WB_3", "third", date(2021, 8, 3), []),
        ("WB_3", "third", date(2021, 8, 4), []),
    ],
)
def test_the_second_comes_from_three_months_and_the_third_from_six(
    code: str, stage: AssessmentStage, assessed_on: date, refused: list[str]
) -> None:
    results = (an_assessment(STAR, "initial", 20, STARTED_ON), an_assessment(STAR, stage, 22, assessed_on))

    assert codes(judged(a_good_outcome("generic", code, assessments=results))) == refused


@pytest.mark.parametrize(
    ("initial_on", "second_on", "payable"),
    [
        (date(2021, 11, 30), date(2022, 2, 27), False),
        (date(2021, 11, 30), date(2022, 2, 28), True),
        (date(2020, 2, 29), date(2020, 5, 28), False),
        (date(2020, 2, 29), date(2020, 5, 29), True),
    ],
)
def test_three_months_are_held_to_the_end_of_a_shorter_month(initial_on: date, second_on: date, payable: bool) -> None:
    results = (an_assessment(STAR, "initial", 20, initial_on), an_assessment(STAR, "second", 22, second_on))

    assert judged(a_good_outcome("generic", "WB_2", assessments=results)).ready is payable


def test_an_assessment_made_after_the_outcome_does_not_count() -> None:
    results = (an_assessment(STAR, "initial", 20), an_assessment(STAR, "second", 22, date(2022, 9, 2)))

    assert codes(judged(a_good_outcome("generic", "WB_2", assessments=results))) == ["assessment_missing"]


@pytest.mark.parametrize("code", ["WB_2", "WB_IMP_12"])
@pytest.mark.parametrize(("there", "missing"), [("initial", "second"), ("second", "initial")])
def test_both_assessments_are_needed_and_the_one_that_is_missing_is_named(
    code: str, there: AssessmentStage, missing: AssessmentStage
) -> None:
    assessment = judged(a_good_outcome("generic", code, assessments=(an_assessment(STAR, there, 20),)))

    assert [refusal.fact for refusal in assessment.refusals] == [f"{STAR}/{missing}"]


@pytest.mark.row("S-35")
@pytest.mark.parametrize(("card", "instrument"), [("generic", STAR), ("pdap", "power-form")])
@pytest.mark.parametrize(("score", "refused"), [(21, ["score_not_improved"]), (22, []), (23, [])])
def test_wellbeing_has_improved_by_two_points_from_the_initial_score(
    card: str, instrument: str, score: int, refused: list[str]
) -> None:
    results = (an_assessment(instrument, "initial", 20), an_assessment(instrument, "second", score))

    assert codes(judged(a_good_outcome(card, "WB_IMP_12", assessments=results), card)) == refused


@pytest.mark.parametrize(("third", "refused"), [(21, ["score_not_improved"]), (22, [])])
def test_the_third_score_too_is_compared_with_the_initial_one(third: int, refused: list[str]) -> None:
    results = (
        an_assessment(STAR, "initial", 20),
        an_assessment(STAR, "second", 30),
        an_assessment(STAR, "third", third),
    )

    assert codes(judged(a_good_outcome("generic", "WB_IMP_13", assessments=results))) == refused


def test_someone_who_came_back_is_compared_with_the_beginning_of_this_period_of_support() -> None:
    results = (
        an_assessment(STAR, "initial", 10, date(2020, 1, 1)),
        an_assessment(STAR, "initial", 20, STARTED_ON),
        an_assessment(STAR, "second", 21),
    )

    assert codes(judged(a_good_outcome("generic", "WB_IMP_12", assessments=results))) == ["score_not_improved"]


@pytest.mark.row("S-36")
def test_pdap_assesses_again_at_the_end_of_support() -> None:
    early = an_assessment("power-form", "second", 22, date(2021, 3, 1))
    results = (an_assessment("power-form", "initial", 20), early)
    outcome = a_good_outcome("pdap", "WB_2", assessments=results)
    not_ended = a_good_outcome("pdap", "WB_2", assessments=results, facts={"at_end_of_support": False})

    assert judged(outcome, "pdap").ready
    assert codes(judged(not_ended, "pdap")) == ["not_confirmed"]


@pytest.mark.row("S-37")
@pytest.mark.parametrize(("score", "refused"), [(12, ["score_not_improved"]), (11, []), (10, [])])
def test_risk_has_fallen_by_three_points_from_the_score_at_referral(score: int, refused: list[str]) -> None:
    results = (an_assessment("dash", "referral", 14, REFERRED_ON), an_assessment("dash", "later", score))

    assert codes(judged(a_good_outcome("pdap", "DA_RISK", assessments=results), "pdap")) == refused


def test_without_a_score_at_referral_nobody_can_tell_whether_risk_has_fallen() -> None:
    results = (an_assessment("dash", "initial", 14), an_assessment("dash", "later", 2))
    assessment = judged(a_good_outcome("pdap", "DA_RISK", assessments=results), "pdap")

    assert [check.verdict for check in assessment.checks if check.refusal] == ["cannot-tell"]
