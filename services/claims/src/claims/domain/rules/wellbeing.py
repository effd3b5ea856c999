"""Plans and scored assessments: wellbeing by Star or Power Form, domestic abuse by DASH."""

from dataclasses import replace
from uuid import UUID

from rulebook.calendar import months_after
from rulebook.refusal import Refusal

from ..outcome import AssessmentResult, AssessmentStage
from .question import Question


def plan_looked_at(question: Question) -> tuple[UUID, ...]:
    return () if question.outcome.plan is None else (question.outcome.plan.plan_id,)


def assessments_looked_at(question: Question) -> tuple[UUID, ...]:
    return tuple(result.assessment_id for result in question.outcome.assessments)


def plan_was_agreed(question: Question, *, plan: str) -> Refusal | None:
    """A support plan, or for domestic abuse a safety plan, agreed with the participant (S-33, S-34)."""
    in_force = question.outcome.plan
    if in_force is not None and in_force.kind == plan and in_force.agreed_on <= question.outcome.achieved_on:
        return None
    return Refusal(
        "plan_not_agreed",
        f"No {plan} plan was agreed with the participant by {question.outcome.achieved_on}.",
        f"Agree the {plan} plan, and claim it for a date from the day on which it was agreed.",
    )


def assessment_was_made(question: Question, *, instrument: str, stage: AssessmentStage) -> Refusal | None:
    if _latest(question, instrument, stage):
        return None
    return _not_assessed(question, instrument, stage)


def assessment_came_after_initial(
    question: Question, *, instrument: str, stage: AssessmentStage, months: int
) -> Refusal | None:
    """The second from 3 months, the third from 6 months, both after the initial one (BR-G10)."""
    latest = _latest(question, instrument, stage)
    initial = _latest(question, instrument, "initial", before=latest)
    if initial is None:
        return _not_assessed(question, instrument, "initial")
    due_on = months_after(initial.assessed_on, months)
    if latest is None:
        return replace(_not_assessed(question, instrument, stage), from_on=due_on)
    if latest.assessed_on >= due_on:
        return None
    return Refusal(
        "assessed_too_early",
        f"The {stage} assessment of {latest.assessed_on} came before {due_on}, {months} months after the initial one.",
        f"Assess again on or after {due_on}, and claim it for a date from then.",
        from_on=due_on,
        items=(initial.assessment_id, latest.assessment_id),
    )


def score_rose(question: Question, *, instrument: str, stage: AssessmentStage, points: int) -> Refusal | None:
    """At least so many points above the initial score, whichever assessment is compared (BR-G11, A-08)."""
    latest = _latest(question, instrument, stage)
    initial = _latest(question, instrument, "initial", before=latest)
    if initial is None or latest is None:
        return _not_assessed(question, instrument, stage if initial else "initial")
    return _changed_enough(latest.score - initial.score, "risen", points, initial, latest)


def score_fell(question: Question, *, instrument: str, points: int) -> Refusal | None:
    """At least so many points below the score captured at referral stage (BR-G12)."""
    later = [result for result in question.outcome.assessed(instrument) if result.stage != "referral"]
    latest = later[-1] if later else None
    at_referral = _latest(question, instrument, "referral", before=latest)
    if at_referral is None or latest is None:
        return _not_assessed(question, instrument, "later" if at_referral else "referral")
    return _changed_enough(at_referral.score - latest.score, "fallen", points, at_referral, latest)


def _changed_enough(
    change: int, direction: str, points: int, first: AssessmentResult, latest: AssessmentResult
) -> Refusal | None:
    if change >= points:
        return None
    return Refusal(
        "score_not_improved",
        f"The score went from {first.score} to {latest.score}; it must have {direction} by {points} points or more.",
        "Claim it when a later assessment shows the improvement.",
        items=(first.assessment_id, latest.assessment_id),
    )


def _latest(
    question: Question, instrument: str, stage: AssessmentStage, before: AssessmentResult | None = None
) -> AssessmentResult | None:
    """The last at a stage; someone who came back has several, and each period of support has its own beginning."""
    made = (result for result in question.outcome.assessed(instrument) if result.stage == stage)
    in_time = [result for result in made if before is None or result.assessed_on <= before.assessed_on]
    return in_time[-1] if in_time else None


def _not_assessed(question: Question, instrument: str, stage: AssessmentStage) -> Refusal:
    return Refusal(
        "assessment_missing",
        f"No {stage} assessment with {instrument} is recorded by {question.outcome.achieved_on}.",
        f"Record the {stage} assessment and its score; it counts for a date from the day on which it was made.",
        fact=f"{instrument}/{stage}",
    )
