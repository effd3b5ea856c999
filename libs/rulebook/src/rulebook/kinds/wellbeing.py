"""Plans and scored assessments: wellbeing by Star or Power Form, domestic abuse by DASH."""

from dataclasses import replace
from uuid import UUID

from ..calendar import months_after
from ..outcome import AssessmentResult, AssessmentStage, PlanKind
from ..parameters import Count, Slug
from ..question import Question
from ..refusal import Refusal
from ..rule import Rule


class PlanWasAgreed(Rule):
    """A support plan, or for domestic abuse a safety plan, agreed with the participant (S-33, S-34)."""

    passed = "A {plan} plan was agreed with the participant."
    plan: PlanKind

    def looks_at(self, question: Question) -> tuple[UUID, ...]:
        return () if question.outcome.plan is None else (question.outcome.plan.plan_id,)

    @property
    def plan_kinds(self) -> frozenset[PlanKind]:
        return frozenset({self.plan})

    def decide(self, question: Question) -> Refusal | None:
        in_force = question.outcome.plan
        if in_force is not None and in_force.kind == self.plan and in_force.agreed_on <= question.outcome.achieved_on:
            return None
        return Refusal(
            "plan_not_agreed",
            f"No {self.plan} plan was agreed with the participant by {question.outcome.achieved_on}.",
            f"Agree the {self.plan} plan, and claim it for a date from the day on which it was agreed.",
        )


class AboutAssessments(Rule):
    """A rule about scored assessments with one instrument."""

    instrument: Slug

    def looks_at(self, question: Question) -> tuple[UUID, ...]:
        return tuple(result.assessment_id for result in question.outcome.assessments)

    def latest(
        self, question: Question, stage: AssessmentStage, before: AssessmentResult | None = None
    ) -> AssessmentResult | None:
        """The last at a stage; someone who came back has several, and each period of support has its own beginning."""
        results = (result for result in question.outcome.assessed(self.instrument) if result.stage == stage)
        in_time = [result for result in results if before is None or result.assessed_on <= before.assessed_on]
        return in_time[-1] if in_time else None

    def not_assessed(self, question: Question, stage: AssessmentStage) -> Refusal:
        """The refusal where no score of that stage is on record: it cannot tell yet."""
        return Refusal(
            "assessment_missing",
            f"No {stage} assessment with {self.instrument} is recorded by {question.outcome.achieved_on}.",
            f"Record the {stage} assessment and its score; it counts for a date from the day on which it was made.",
            fact=f"{self.instrument}/{stage}",
        )


class AssessmentWasMade(AboutAssessments):
    """An assessment at this stage."""

    passed = "The {stage} assessment was made."
    stage: AssessmentStage

    def decide(self, question: Question) -> Refusal | None:
        return None if self.latest(question, self.stage) else self.not_assessed(question, self.stage)


class AssessmentCameAfterInitial(AboutAssessments):
    """The second from 3 months, the third from 6 months, both after the initial one (BR-G10)."""

    passed = "The {stage} assessment came {months} months or more after the initial one."
    stage: AssessmentStage
    months: Count

    def decide(self, question: Question) -> Refusal | None:
        latest = self.latest(question, self.stage)
        initial = self.latest(question, "initial", before=latest)
        if initial is None:
            return self.not_assessed(question, "initial")
        due_on = months_after(initial.assessed_on, self.months)
        if latest is None:
            return replace(self.not_assessed(question, self.stage), from_on=due_on)
        if latest.assessed_on >= due_on:
            return None
        return Refusal(
            "assessed_too_early",
            f"The {self.stage} assessment of {latest.assessed_on} came before {due_on}, {self.months} months after the"
            " initial one.",
            f"Assess again on or after {due_on}, and claim it for a date from then.",
            from_on=due_on,
            items=(initial.assessment_id, latest.assessment_id),
        )


class ScoreRose(AboutAssessments):
    """At least so many points above the initial score, whichever assessment is compared (BR-G11, A-08)."""

    passed = "The score has risen by {points} points or more."
    stage: AssessmentStage
    points: Count

    def decide(self, question: Question) -> Refusal | None:
        latest = self.latest(question, self.stage)
        initial = self.latest(question, "initial", before=latest)
        if initial is None or latest is None:
            return self.not_assessed(question, self.stage if initial else "initial")
        return _changed_enough(latest.score - initial.score, "risen", self.points, initial, latest)


class ScoreFell(AboutAssessments):
    """At least so many points below the score captured at referral stage (BR-G12)."""

    passed = "The score has fallen by {points} points or more."
    points: Count

    def decide(self, question: Question) -> Refusal | None:
        later = [result for result in question.outcome.assessed(self.instrument) if result.stage != "referral"]
        latest = later[-1] if later else None
        at_referral = self.latest(question, "referral", before=latest)
        if at_referral is None or latest is None:
            return self.not_assessed(question, "later" if at_referral else "referral")
        return _changed_enough(at_referral.score - latest.score, "fallen", self.points, at_referral, latest)


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
