"""Scored assessments: Homelessness Star, Power Form, DASH (S-35 to S-37). The instruments are data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .dates import months_after
from .refusal import Refusal, every_refusal

Stage = Literal["referral", "initial", "second", "third", "later"]
Direction = Literal["higher", "lower"]

STAGES_AFTER_THE_FIRST: tuple[Stage, ...] = ("second", "third")


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
class Assessment:
    """An assessment taken before, with the stage it was given."""

    stage: Stage
    score: int
    assessed_on: date


@dataclass(frozen=True, slots=True)
class Taking:
    """An assessment about to be recorded."""

    instrument: Instrument
    score: int
    assessed_on: date
    referred_on: date
    earlier: tuple[Assessment, ...] = ()
    """The participant's earlier ones with this instrument since the same referral."""


def score_is_on_the_scale(taking: Taking, today: date) -> Refusal | None:
    instrument = taking.instrument
    if instrument.lowest <= taking.score <= instrument.highest:
        return None
    return Refusal(
        "score_off_the_scale",
        f"{instrument.code} scores from {instrument.lowest} to {instrument.highest}.",
        "Check the total on the form.",
    )


def assessment_is_not_in_the_future(taking: Taking, today: date) -> Refusal | None:
    if taking.assessed_on <= today:
        return None
    return Refusal("assessed_in_the_future", "The assessment is still to come.", "Record it on the day.")


def assessment_is_not_before_referral(taking: Taking, today: date) -> Refusal | None:
    if taking.assessed_on >= taking.referred_on:
        return None
    return Refusal(
        "assessed_before_referral",
        f"The participant was referred on {taking.referred_on}.",
        "Give the day of the assessment, on or after the referral.",
    )


def assessment_follows_the_earlier_ones(taking: Taking, today: date) -> Refusal | None:
    """Stages have been announced by then; one slipped in between would change what they mean."""
    latest = max((one.assessed_on for one in taking.earlier), default=taking.assessed_on)
    if taking.assessed_on >= latest:
        return None
    return Refusal(
        "assessed_before_the_last",
        f"A later assessment, of {latest}, is recorded already.",
        "Check the date; assessments are recorded in order.",
    )


RULES = (
    score_is_on_the_scale,
    assessment_is_not_in_the_future,
    assessment_is_not_before_referral,
    assessment_follows_the_earlier_ones,
)


def refusals_of_assessment(taking: Taking, today: date) -> tuple[Refusal, ...]:
    """Every reason why the assessment cannot be recorded."""
    return every_refusal(RULES, taking, today)


def stage_of(taking: Taking) -> Stage:
    """The stage this assessment is: by its date, and by the stages taken before.

    One taken before the next stage is due, or after the last, is `later`: it counts for no stage and uses none up.
    """
    if not taking.earlier:
        return _first_stage(taking)
    due = _next_stage(taking.instrument, taking.earlier)
    return due[0] if due and taking.assessed_on >= due[1] else "later"


def _first_stage(taking: Taking) -> Stage:
    within = taking.instrument.referral_within_days
    if within is not None and (taking.assessed_on - taking.referred_on).days <= within:
        return "referral"
    return "initial"


def _next_stage(instrument: Instrument, earlier: Iterable[Assessment]) -> tuple[Stage, date] | None:
    """The next stage not yet taken, and the first day it can be."""
    taken = {one.stage for one in earlier}
    first = min(one.assessed_on for one in earlier)
    gaps = zip(STAGES_AFTER_THE_FIRST, instrument.months_to_next_stages, strict=False)
    return next(((stage, months_after(first, months)) for stage, months in gaps if stage not in taken), None)


def points_better(instrument: Instrument, before: int, after: int) -> int:
    """How much better the later score is, in the instrument's own direction; negative when worse."""
    return after - before if instrument.better == "higher" else before - after
