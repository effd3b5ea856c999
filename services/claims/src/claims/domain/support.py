"""A period of support as far as it has been told of: what may be claimed in it is counted from this."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import Any, Literal
from uuid import UUID

from rulebook.fact import NO_FACTS, Facts
from rulebook.outcome import AssessmentResult, Outcome, PlanInForce

from .prospect import lasting_facts

Source = Literal["allocation", "assessment", "case", "claim", "plan"]


@dataclass(frozen=True, slots=True)
class SupportPeriod:
    """One referral's support, and which kinds of events told of it."""

    provider_id: str
    referred_on: date
    started_on: date | None = None
    """None as long as no case has been told of."""
    facts: Facts = NO_FACTS
    assessments: tuple[AssessmentResult, ...] = ()
    plans: tuple[PlanInForce, ...] = ()
    withdrawn: frozenset[UUID] = frozenset()
    """Plans and assessments that were taken back; a claim may still have been told of them."""
    told_by: frozenset[Source] = frozenset()

    def told(self, source: Source, **more: Any) -> "SupportPeriod":
        return replace(self, told_by=self.told_by | {source}, **more)

    def assessed(self, *results: AssessmentResult) -> tuple[AssessmentResult, ...]:
        """Each assessment once, however often it is told of."""
        return tuple({each.assessment_id: each for each in (*self.assessments, *results)}.values())

    def planned(self, *plans: PlanInForce) -> tuple[PlanInForce, ...]:
        """Each plan once, however often it is told of."""
        return tuple({each.plan_id: each for each in (*self.plans, *plans)}.values())

    def without(self, taken_back: UUID) -> "SupportPeriod":
        return replace(
            self,
            withdrawn=self.withdrawn | {taken_back},
            plans=tuple(plan for plan in self.plans if plan.plan_id != taken_back),
            assessments=tuple(each for each in self.assessments if each.assessment_id != taken_back),
        )

    def claimed(self, outcome: Outcome) -> "SupportPeriod":
        """With what a claim's outcome tells of it, where nobody told of it otherwise: that may have been put right."""
        base = replace(self, assessments=outcome.assessments, plans=(outcome.plan,) if outcome.plan else ())
        period = self.told(
            "claim",
            provider_id=outcome.provider_id,
            started_on=self.started_on or outcome.service_started_on,
            facts=lasting_facts((self.facts.values, outcome.facts.values)),
            assessments=base.assessed(*self.assessments),
            plans=base.planned(*self.plans),
        )
        return reduce(SupportPeriod.without, self.withdrawn, period)

    def sought(self, outcome_id: UUID, subject_id: UUID, today: date, plan_kinds: Collection[str]) -> Outcome:
        """An outcome of this period without evidence, in which support begins today if no case is known.

        It is shown with the plan agreed last, of the kinds that the card asks for.
        """
        plans = [plan for plan in self.plans if plan.kind in plan_kinds] or self.plans
        return Outcome(
            outcome_id=outcome_id,
            revision=1,
            code="",
            slot="",
            subject_kind="",
            subject_id=subject_id,
            provider_id=self.provider_id,
            achieved_on=today,
            referred_on=self.referred_on,
            service_started_on=self.started_on or today,
            evidence=(),
            facts=self.facts,
            assessments=self.assessments,
            plan=max(plans, key=lambda plan: plan.agreed_on, default=None),
        )
