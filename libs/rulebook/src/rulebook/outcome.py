"""What a rule may look at: an evidenced outcome, as facts. It mirrors `OutcomeEvidenced` and adds nothing."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from .fact import NO_FACTS, Facts

AssessmentStage = Literal["referral", "initial", "second", "third", "later"]
PlanKind = Literal["support", "safety"]


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """A document or a cited case note: its kind, fingerprint and date; never its content."""

    item_id: UUID
    kind: str
    sha256: str | None = None
    dated_on: date | None = None


@dataclass(frozen=True, slots=True)
class AssessmentResult:
    """A score on a named instrument."""

    assessment_id: UUID
    instrument: str
    stage: AssessmentStage
    score: int
    assessed_on: date


@dataclass(frozen=True, slots=True)
class PlanInForce:
    """The plan agreed with the participant."""

    plan_id: UUID
    kind: PlanKind
    agreed_on: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome and everything a rule may look at."""

    outcome_id: UUID
    revision: int
    code: str
    slot: str
    subject_kind: str
    subject_id: UUID
    provider_id: str
    achieved_on: date
    referred_on: date
    service_started_on: date
    evidence: tuple[EvidenceItem, ...]
    facts: Facts = NO_FACTS
    assessments: tuple[AssessmentResult, ...] = ()
    plan: PlanInForce | None = None
    quantity: int = 1
    unit: str = "outcome"

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of evidence there are."""
        return frozenset(item.kind for item in self.evidence)

    def assessed(self, instrument: str) -> tuple[AssessmentResult, ...]:
        """Results on an instrument up to the day of the outcome, in order of time."""
        results = (a for a in self.assessments if a.instrument == instrument and a.assessed_on <= self.achieved_on)
        return tuple(sorted(results, key=lambda result: (result.assessed_on, result.assessment_id)))
