"""Claims: in a list, whole, what they are worth and why."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from claims.domain.request import Side, WhoActs
from common.web.fields import one_of
from rulebook.answers import Result
from rulebook.codes import ClaimState

from .statements import ShareOut

PENCE: JsonValue = {"type": "integer"}


TOLD = ("price_pence", "payable_pence", "value_pence", "above_cap_pence", "cap_pence", "payable_before_pence")
"""What the steps of an explanation may tell of money."""


Verdict = Literal["pass", "fail", "cannot-tell"]


class ClaimLine(BaseModel):
    """A claim in a list."""

    id: UUID
    number: str
    state: Annotated[str, one_of(ClaimState)]
    ready: bool
    """No rule stands against it."""
    revision: int
    provider_id: str
    participant_id: UUID
    case_id: UUID
    outcome_id: UUID
    outcome: str
    slot: str
    achieved_on: date
    raised_on: date
    waiting_since: date | None
    """Since when it waits for somebody to act; none where it has ended."""
    due_on: date | None
    """The first day by which something that is asked is due."""
    approved_on: date | None
    submitted_on: date | None
    verified_on: date | None
    rate_card: str
    rate_card_version: str
    basis_changed_on: date | None
    """The outcome was corrected or taken back after the claim had ended: the council is to decide."""
    taken_back_on: date | None
    """An adjustment reversed it: another claim stands for the same, or the council so decided on a changed basis."""
    version: int


class CheckOut(BaseModel):
    """A rule's answer now, beside what it was: what passed before stays visibly passed."""

    rule: str
    verdict: Verdict
    code: str
    sentence: str
    remedy: str
    fact: str | None = None
    items: list[UUID] = []
    before: Verdict | None = None
    """The verdict in the assessment before."""
    passed_since: int | None = None
    """The revision since which it has passed without a break."""


class ClaimAssessmentOut(BaseModel):
    """Every rule's answer, with the card version it was judged by."""

    revision: int
    occasion: str
    rate_card: str
    rate_card_version: str
    ready: bool
    assessed_at: datetime
    checks: list[CheckOut]


class RequestOut(BaseModel):
    """One thing asked about the claim, and the revision that answered it."""

    id: UUID
    asked_by: Literal["prime", "council"]
    revision: int
    code: str
    item_id: UUID | None
    remedy: str
    due_on: date | None
    asked_on: date
    who_acts: WhoActs
    answered_on: date | None
    answered_by_revision: int | None
    """None too where the prime answered by giving the claim back to the council."""


class ItemOut(BaseModel):
    """An item of evidence: since which revision it is there unchanged, whether it is asked about, or has passed."""

    id: UUID
    kind: str
    dated_on: date | None
    since_revision: int
    asked_about: bool
    passed: list[Side]
    """Who had it before them unchanged and asked nothing about it; they cannot ask about it now."""


class AnswerOut(BaseModel):
    """What a source answered about a claim."""

    model_config = ConfigDict(from_attributes=True)

    kind: str
    result: Result
    answered_on: date
    recorded_by: str


class ActOut(BaseModel):
    """One step in the claim's life."""

    verb: str
    state: Annotated[str, one_of(ClaimState)]
    revision: int
    by: str
    organisation: str
    at: datetime
    detail: dict[str, Any]
    event_id: UUID | None
    caused_by: UUID | None


class ClaimOut(ClaimLine):
    """A claim whole, without money."""

    assessment: ClaimAssessmentOut | None
    changed: dict[str, Any]
    """What this revision changed in the one before: evidence, facts, other parts."""
    items: list[ItemOut]
    requests: list[RequestOut]
    agreements: list[str]
    answers: list[AnswerOut]
    """What sources answered, in order; the newest of a kind counts."""
    allowed: list[str]
    """The steps open to the asker's roles in this state."""
    history: list[ActOut]


class History(BaseModel):
    items: list[ActOut]


class ClaimValue(BaseModel):
    """What a verified claim is worth, in pence, fixed at verification."""

    id: UUID
    number: str
    verified_on: date
    rate_card: str
    rate_card_version: str
    quantity: int
    price_pence: int
    payable_pence: int
    above_cap_pence: int
    payment_mode: str
    shares: list[ShareOut]
    taken_back: bool
    """An adjustment reversed it: another claim stands for the same, or what it was judged on has changed."""


class StepOut(BaseModel):
    """One step of an explanation, with the event in which it is announced."""

    step: str
    says: str
    event_id: UUID | None
    detail: Annotated[dict[str, Any], Field(json_schema_extra={"properties": {name: PENCE for name in TOLD}})]


class StepWithoutAmounts(BaseModel):
    """One step of an explanation for those who see no money (A-55)."""

    step: str
    says: str
    event_id: UUID | None
    detail: dict[str, Any]


class EvidenceGrant(BaseModel):
    """The right of one person to open these documents for some minutes."""

    claim_id: UUID
    documents: list[UUID]
    grant: str
    good_until: datetime


class ExplanationWithoutAmounts(BaseModel):
    id: UUID
    number: str
    state: Annotated[str, one_of(ClaimState)]
    steps: list[StepWithoutAmounts]


class ExplanationOut(BaseModel):
    id: UUID
    number: str
    state: Annotated[str, one_of(ClaimState)]
    steps: list[StepOut]


class PreCheckOut(BaseModel):
    """What every rule would say; nothing was kept."""

    ready: bool
    rate_card: str
    rate_card_version: str
    checks: list[CheckOut]
    precedents: list[str]
    """Rulings of the council that made evidence count, as `kind as kind` (U-04)."""
    may_change: list[str]
    """What is not promised: rules that depend on what else is claimed meanwhile, and the cap."""
    facts_sha256: str
    receipt: str
    """Signed: which rules passed, under which version, on which facts. Send it with the outcome."""
    receipt_valid_until: date
