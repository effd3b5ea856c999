"""Scored assessments: Homelessness Star, Power Form, DASH (S-35 to S-37). The instruments are data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from rulebook.calendar import months_after
from rulebook.outcome import AssessmentStage
from rulebook.refusal import Refusal, every_refusal

Direction = Literal["higher", "lower"]

STAGES: tuple[AssessmentStage, ...] = get_args(AssessmentStage)
"""In the order they are reached."""
STAGES_AFTER_THE_FIRST: tuple[AssessmentStage, ...] = ("second", "third")


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument as the programme uses it."""

    code: str
    lowest: int
    highest: int
    better: Direction
    months_to_next_stages: tuple[int, ...] = (3, 6)
    """From the first assessment to the second and the third (BR-G10). An instrument without a third has one figure."""
    referral_within_days: int | None = None
    """Its first score counts as captured at referral within so many days (S-37); none when it has no such stage."""


@dataclass(frozen=True, slots=True)
class ScoredAssessment:
    """An assessment about to be recorded, or as it is put right."""

    instrument: Instrument
    score: int
    assessed_on: date
    referred_on: date


def score_is_on_the_scale(taking: ScoredAssessment, today: date) -> Refusal | None:
    instrument = taking.instrument
    if instrument.lowest <= taking.score <= instrument.highest:
        return None
    return Refusal(
        "score_off_the_scale",
        f"{instrument.code} scores from {instrument.lowest} to {instrument.highest}.",
        "Check the total on the form.",
    )


def assessment_is_not_in_the_future(taking: ScoredAssessment, today: date) -> Refusal | None:
    if taking.assessed_on <= today:
        return None
    return Refusal("assessed_in_the_future", "The assessment is still to come.", "Record it on the day.")


def assessment_is_not_before_referral(taking: ScoredAssessment, today: date) -> Refusal | None:
    if taking.assessed_on >= taking.referred_on:
        return None
    return Refusal(
        "assessed_before_referral",
        f"The participant was referred on {taking.referred_on}.",
        "Give the day of the assessment, on or after the referral.",
    )


RULES = (score_is_on_the_scale, assessment_is_not_in_the_future, assessment_is_not_before_referral)


def refusals_of_assessment(taking: ScoredAssessment, today: date) -> tuple[Refusal, ...]:
    """Every reason why the assessment cannot be recorded."""
    return every_refusal(RULES, taking, today)


def stages_of(instrument: Instrument, referred_on: date, days: Sequence[date]) -> list[AssessmentStage]:
    """The stage of each assessment with one instrument since a referral, taken on these days in this order.

    One taken before the next stage is due, or after the last, is `later`: it counts for no stage and uses none up.
    """
    stages: list[AssessmentStage] = []
    due = list(zip(STAGES_AFTER_THE_FIRST, instrument.months_to_next_stages, strict=False))
    for day in days:
        if not stages:
            stages.append(_first_stage(instrument, referred_on, day))
        elif due and day >= months_after(days[0], due[0][1]):
            stages.append(due.pop(0)[0])
        else:
            stages.append("later")
    return stages


def _first_stage(instrument: Instrument, referred_on: date, day: date) -> AssessmentStage:
    within = instrument.referral_within_days
    return "referral" if within is not None and (day - referred_on).days <= within else "initial"
