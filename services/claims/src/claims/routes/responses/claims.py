"""Claims: in a list, whole, what they are worth and why."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, JsonValue

from claims.domain.request import Side, WhoActs
from common.web.fields import AnswerBody, one_of
from rulebook.answers import Result
from rulebook.codes import ClaimState

from .statements import ShareOut

PENCE: JsonValue = {"type": "integer"}


TOLD = ("price_pence", "payable_pence", "value_pence", "above_cap_pence", "cap_pence", "payable_before_pence")
"""What the steps of an explanation may tell of money."""


Verdict = Literal["pass", "fail", "cannot-tell"]


class ClaimLine(AnswerBody):
    """A claim in a list."""

    id: UUID
    number: str
    state: Annotated[str, one_of(ClaimState)]
    ready: bool
    """Whether no rule stands against it."""
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
    """Since when it waits for somebody to act; null where it has ended."""
    due_on: date | None
    """The earliest day by which something that was asked is due."""
    approved_on: date | None
    submitted_on: date | None
    verified_on: date | None
    rate_card: str
    rate_card_version: str
    basis_changed_on: date | None
    """The day on which the outcome was corrected or taken back after the claim had ended, so that the council has to
    decide."""
    taken_back_on: date | None
    """The day on which its payment was taken back: another claim stands for the same outcome, or the council so decided
    when its facts had changed."""
    version: int


class CheckOut(AnswerBody):
    """A rule's answer now, beside what it was: what passed before stays visibly passed."""

    rule: str
    verdict: Verdict
    code: str
    sentence: str
    remedy: str
    fact: str | None = None
    items: list[UUID] = Field(default=[])
    before: Verdict | None = None
    """What the rule said in the assessment before."""
    passed_since: int | None = None
    """The revision since which the rule has passed without a break."""


class ClaimAssessmentOut(AnswerBody):
    """Every rule's answer, with the card version it was judged by."""

    revision: int
    occasion: str
    rate_card: str
    rate_card_version: str
    ready: bool
    assessed_at: datetime
    checks: list[CheckOut]


class RequestOut(AnswerBody):
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
    """The revision of the outcome that answered it; null while none has, or where the prime answered by giving the
    claim back to the council."""


class ItemOut(AnswerBody):
    """An item of evidence: since which revision it is there unchanged, whether it is asked about, or has passed."""

    id: UUID
    kind: str
    dated_on: date | None
    since_revision: int
    asked_about: bool
    passed: list[Side]
    """Who saw it as it is now and asked nothing about it: they cannot ask about it any more."""


class AnswerOut(AnswerBody):
    """What a source answered about a claim."""

    kind: str
    result: Result
    answered_on: date
    recorded_by: str


class ActOut(AnswerBody):
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
    """What this revision changed from the one before: evidence, facts or other parts."""
    items: list[ItemOut]
    requests: list[RequestOut]
    agreements: list[str]
    answers: list[AnswerOut]
    """What sources answered, in order; the newest of a kind counts."""
    allowed: list[str]
    """The steps that you may take now."""
    history: list[ActOut]


class History(AnswerBody):
    items: list[ActOut]


class ClaimValue(AnswerBody):
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
    """Whether its payment was taken back: another claim stands for the same outcome, or what it was judged on has
    changed."""


class StepOut(AnswerBody):
    """One step of an explanation, with the event in which it is announced."""

    step: str
    says: str
    event_id: UUID | None
    detail: Annotated[dict[str, Any], Field(json_schema_extra={"properties": {name: PENCE for name in TOLD}})]


class StepWithoutAmounts(AnswerBody):
    """One step of an explanation for those who see no money (A-55)."""

    step: str
    says: str
    event_id: UUID | None
    detail: dict[str, Any]


class EvidenceGrant(AnswerBody):
    """The right of one person to open these documents for some minutes."""

    claim_id: UUID
    documents: list[UUID]
    grant: str
    good_until: datetime


class ExplanationWithoutAmounts(AnswerBody):
    id: UUID
    number: str
    state: Annotated[str, one_of(ClaimState)]
    steps: list[StepWithoutAmounts]


class ExplanationOut(AnswerBody):
    id: UUID
    number: str
    state: Annotated[str, one_of(ClaimState)]
    steps: list[StepOut]


class PreCheckOut(AnswerBody):
    """What every rule would say; nothing was kept."""

    ready: bool
    rate_card: str
    rate_card_version: str
    checks: list[CheckOut]
    precedents: list[str]
    """Rulings of the council by which evidence counts, each as `kind as kind` (U-04)."""
    may_change: list[str]
    """What is not promised: rules that depend on what else is claimed in the meantime, and the cap."""
    facts_sha256: str
    receipt: str
    """A signed record of which rules passed, under which version, on which facts. Send it with the outcome."""
    receipt_valid_until: date
