"""What a rule may look at: an evidenced outcome, as facts. It mirrors `OutcomeEvidenced` and adds nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

YEARS = range(1900, 2200)
"""A date outside these is a slip, and as good as none: months are never counted past the end of the calendar."""

Fact = bool | int | date | str
AssessmentStage = Literal["referral", "initial", "second", "third", "later"]


class FactMissing(LookupError):
    """A rule asked for a fact nobody has recorded, or that is not of the kind it asked for."""

    def __init__(self, fact: str) -> None:
        super().__init__(f"{fact} is not recorded")
        self.fact = fact


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts by name. Asking for one that is missing stops the rule: it cannot tell."""

    values: Mapping[str, Fact] = field(default_factory=dict[str, Fact])

    def holds(self, name: str) -> bool:
        """Recorded, and not as a no. Never stops a rule."""
        return self.values.get(name, False) is not False

    def yes(self, name: str) -> bool:
        value = self.values.get(name)
        if isinstance(value, bool):
            return value
        raise FactMissing(name)

    def number(self, name: str, otherwise: int | None = None) -> int:
        value = self.values.get(name, otherwise)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise FactMissing(name)

    def day(self, name: str) -> date:
        value = self.values.get(name)
        try:
            day = value if isinstance(value, date) else date.fromisoformat(str(value))  # in JSON a date is text
        except ValueError as error:
            raise FactMissing(name) from error
        if day.year not in YEARS:
            raise FactMissing(name)
        return day

    def code(self, name: str) -> str:
        value = self.values.get(name)
        if isinstance(value, str):
            return value
        raise FactMissing(name)


NO_FACTS = Facts()


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
    kind: Literal["support", "safety"]
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
        known = (a for a in self.assessments if a.instrument == instrument and a.assessed_on <= self.achieved_on)
        return tuple(sorted(known, key=lambda result: (result.assessed_on, result.assessment_id)))
