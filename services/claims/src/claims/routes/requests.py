"""What requests may say: bounded, in plain characters, with sane dates."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from claims.domain.answers import Result
from claims.domain.basis import Decision
from claims.domain.request import WhoActs
from common.contracts import Code
from common.contracts.cases import AssessmentStage, FactName
from common.web.fields import Sentence

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))]
Number = Annotated[int, Field(strict=True, ge=-(10**12), le=10**12)]


Month = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
"""As `2019-10`."""


class Said(BaseModel):
    """Part of a request; nothing in it is ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ItemRequestIn(Said):
    """One thing asked: a coded reason, the item it is about, what would satisfy, who acts and by when (BR-F3)."""

    code: Code
    remedy: Sentence
    item_id: UUID | None = None
    due_on: Day | None = None
    who_acts: WhoActs = "provider"


class RequestsIn(Said):
    requests: Annotated[list[ItemRequestIn], Field(min_length=1, max_length=50)]


class RefusalIn(Said):
    """Why, in a code and a sentence, and what would satisfy (BR-F3)."""

    code: Code
    reason: Sentence
    remedy: Sentence


class RefusalsIn(Said):
    refusals: Annotated[list[RefusalIn], Field(min_length=1, max_length=50)]


class ApprovalIn(Said):
    """Approval, and in one click the claim on the council (A-63)."""

    submit: bool = True
    note_code: Code | None = None


class WithdrawalIn(Said):
    reason: Code


class ReasonedIn(Said):
    """Why, in a code of the programme's catalogue and in a sentence."""

    code: Code
    reason: Sentence


class AgreementIn(Said):
    """What the council agrees to, in the rules' words (A-24, A-25)."""

    code: Literal["supported-accommodation", "stable-employment", "crisis"]


class AnswerIn(Said):
    """What a source answered: `unavailable` where it did not."""

    kind: Code
    result: Result


class BasisDecisionIn(Said):
    """What becomes of a claim whose basis has changed: a coded reason, and why in a sentence."""

    decision: Decision
    code: Code
    reason: Sentence


class MonthIn(Said):
    """A month, as `2019-10`."""

    month: Month

    @property
    def first_day(self) -> date:
        return date.fromisoformat(f"{self.month}-01")


class EvidenceIn(Said):
    kind: Code
    item_id: UUID | None = None
    dated_on: Day | None = None


class AssessmentIn(Said):
    instrument: Code
    stage: AssessmentStage
    score: Number
    assessed_on: Day


class PlanIn(Said):
    kind: Literal["support", "safety"]
    agreed_on: Day


class OutcomeIn(Said):
    """An outcome as it would be evidenced, without ids; its subject's kind and its unit are the rate card's."""

    provider_id: Code | None = None
    """The provider's own by default; the prime names one."""
    participant_id: UUID | None = None
    """Or the family or cohort, as the card has it. Without it, rules that depend on earlier claims cannot tell."""
    outcome_id: UUID | None = None
    """Of an outcome recorded before, whose correction is checked: its own claim does not stand against it."""
    outcome: Code
    slot: Code = "only"
    achieved_on: Day
    referred_on: Day
    service_started_on: Day
    quantity: Annotated[int, Field(ge=1, le=10_000)] = 1
    """Of the card's unit."""
    evidence: Annotated[list[EvidenceIn], Field(max_length=100)] = []
    facts: Annotated[dict[FactName, StrictBool | Number | Day | Code], Field(max_length=100)] = {}
    assessments: Annotated[list[AssessmentIn], Field(max_length=100)] = []
    plan: PlanIn | None = None
