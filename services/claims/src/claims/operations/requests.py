"""What requests may say: bounded, in plain characters, with sane dates."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StrictBool

from claims.domain.basis import Decision
from claims.domain.equivalent import Ruling
from claims.domain.request import WhoActs
from common.contracts import Code
from common.contracts.cases import FactName
from common.lists import Month
from common.web.fields import RequestBody, Sentence
from programme import RateCard
from rulebook.answers import Result
from rulebook.outcome import AssessmentStage, PlanKind

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 1, 1))]
Number = Annotated[int, Field(strict=True, ge=-(10**12), le=10**12)]


class ItemRequestIn(RequestBody):
    """One thing asked: a coded reason, the item it is about, what would satisfy, who acts and by when (BR-F3)."""

    code: Code
    remedy: Sentence
    item_id: UUID | None = None
    due_on: Day | None = None
    who_acts: WhoActs = "provider"


class RequestsIn(RequestBody):
    requests: Annotated[list[ItemRequestIn], Field(min_length=1, max_length=50)]


class RefusalIn(RequestBody):
    """Why, in a code and a sentence, and what would satisfy (BR-F3)."""

    code: Code
    reason: Sentence
    remedy: Sentence


class RefusalsIn(RequestBody):
    refusals: Annotated[list[RefusalIn], Field(min_length=1, max_length=50)]


class ApprovalIn(RequestBody):
    """Approval, and in one click the claim on the council (A-63)."""

    submit: bool = True
    note_code: Code | None = None


class WithdrawalIn(RequestBody):
    reason: Code


class ReasonedIn(RequestBody):
    """Why, in a code of the programme's catalogue and in a sentence."""

    code: Code
    reason: Sentence


class AgreementIn(RequestBody):
    """What the council agrees to, in the rules' words (A-24, A-25)."""

    code: Literal["supported-accommodation", "stable-employment", "crisis"]


class AnswerIn(RequestBody):
    """What a source answered: `unavailable` where it did not."""

    kind: Code
    result: Result


class BasisDecisionIn(RequestBody):
    """What becomes of a claim whose basis has changed: a coded reason, and why in a sentence."""

    decision: Decision
    code: Code
    reason: Sentence


class MonthIn(RequestBody):
    """A month, as `2019-10`."""

    month: Month

    @property
    def first_day(self) -> date:
        return date.fromisoformat(f"{self.month}-01")


class EvidenceIn(RequestBody):
    kind: Code
    item_id: UUID | None = None
    dated_on: Day | None = None


class AssessmentIn(RequestBody):
    instrument: Code
    stage: AssessmentStage
    score: Number
    assessed_on: Day


class PlanIn(RequestBody):
    kind: PlanKind
    agreed_on: Day


class OutcomeIn(RequestBody):
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
    evidence: list[EvidenceIn] = Field([], max_length=100)
    facts: dict[FactName, StrictBool | Number | Day | Code] = Field({}, max_length=100)
    assessments: list[AssessmentIn] = Field([], max_length=100)
    plan: PlanIn | None = None


class AuditGrantIn(RequestBody):
    """Whom it is for, the quarter of the statements, as `2022-Q4`, and the last day."""

    id: UUID | None = None
    auditor: Code
    """The auditor's organisation."""
    quarter: Annotated[str, Field(pattern=r"^20[0-9]{2}-Q[1-4]$")]
    until_on: Day


class EndingIn(RequestBody):
    reason: Sentence


class DraftIn(RequestBody):
    """A version whole, as a programme's folder resolves it, and whether it may be accepted after its first day."""

    card: RateCard
    retroactive: bool = False


class RationaleIn(RequestBody):
    rationale: Sentence


class ReasonIn(RequestBody):
    reason: Sentence


class ProposalIn(RequestBody):
    """For one outcome, a kind of evidence in the place of another, and why. Nothing about any person."""

    provider_id: Code | None = None
    """Your own, if you name it."""
    outcome: Code
    kind: Code
    stands_for: Code
    why: Sentence


class RulingIn(RequestBody):
    ruling: Ruling
    reason: Sentence


class RulingWithdrawalIn(RequestBody):
    reason: Sentence


class ReplayIn(RequestBody):
    """A draft, and the days achieved on which it is tried; without one, each claim by the version it keeps."""

    card: RateCard | None = None
    achieved_from: Day | None = None
    achieved_until: Day | None = None
