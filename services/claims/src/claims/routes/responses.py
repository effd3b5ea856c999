"""What answers show. No money here but in the models whose names say so."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from claims.domain.card_change import State, Verb
from claims.domain.request import Side, WhoActs
from claims.domain.support import Source
from common.transaction import Answer
from rulebook.answers import Result

PENCE: JsonValue = {"type": "integer"}
TOLD = ("price_pence", "payable_pence", "value_pence", "above_cap_pence", "cap_pence", "payable_before_pence")
"""What the steps of an explanation may tell of money."""

Verdict = Literal["pass", "fail", "cannot-tell"]


class ActReceipt(Answer):
    """What a step leaves behind: the claim's number, state and version."""

    id: UUID
    number: str
    state: str
    revision: int
    version: int


class ClaimLine(BaseModel):
    """A claim in a list."""

    id: UUID
    number: str
    state: str
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
    state: str
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


class ShareOut(BaseModel):
    """What one payer owes, in pence."""

    payer: str
    pence: int


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
    state: str
    steps: list[StepWithoutAmounts]


class ExplanationOut(BaseModel):
    id: UUID
    number: str
    state: str
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


class ProspectOut(BaseModel):
    """An outcome that has not been claimed, without its price."""

    outcome: str
    title: str
    slot: str
    from_on: date | None
    """The latest day that a rule asks to wait for; none where no date claims knows of holds it back."""
    missing: list[CheckOut]
    """What stands against it today, with what would satisfy; facts and evidence are yet to be recorded."""


class Prospects(BaseModel):
    """What may be claimed next under the provider's card in force today."""

    participant_id: UUID
    provider_id: str
    rate_card: str
    rate_card_version: str
    told_by: list[Source]
    """What it is counted from; what is not named here has not been told to claims, or not to the asker."""
    items: list[ProspectOut]


class ProgrammeReceipt(Answer):
    """What loading changed."""

    programme_id: str
    version: int
    changed: bool
    cards_proposed: list[str]
    """Put to prime and council by this loading, as `card/version`."""
    cards_waiting: list[str]
    """Every version in it that both have yet to accept."""


class CardLine(BaseModel):
    """A version of a rate card, without prices."""

    card: str
    version: str
    title: str
    in_force_from: date
    in_force_until: date | None
    illustrative: bool
    sha256: str
    """Of its terms as accepted."""
    outcomes: list[dict[str, Any]]
    """Definitions: what is claimed, how often, on what evidence, by which rules."""


class PriceOut(BaseModel):
    """A price in pence; `illustrative` where no document publishes it."""

    outcome: str
    title: str
    price_pence: int
    illustrative: bool


class Prices(BaseModel):
    card: str
    version: str
    items: list[PriceOut]


class StatementReceipt(Answer):
    id: UUID
    month: str
    lines: int


class StatementOut(BaseModel):
    """A closed month in pence."""

    id: UUID
    month: str
    lines: int
    value_pence: int
    payable_pence: int
    above_cap_pence: int
    shares: list[ShareOut]
    grant_pence: int
    """Paid for the month apart from its outcomes, and in none of the sums before (BR-H7)."""
    issued_on: date


class LineOut(BaseModel):
    """One claim, or one adjustment of a claim, on a statement."""

    position: int
    kind: Literal["claim", "adjustment"]
    claim_id: UUID
    claim_number: str
    provider_id: str
    outcome: str
    slot: str
    achieved_on: date
    verified_on: date
    rate_card: str
    rate_card_version: str
    payment_mode: str
    value_pence: int
    payable_pence: int
    above_cap_pence: int
    shares: list[ShareOut]


class Position(BaseModel):
    """Where the programme stands with its cap, in pence."""

    cap_pence: int | None
    payable_to_date_pence: int
    value_to_date_pence: int
    remaining_pence: int | None
    closed_month: str | None
    """The last month whose statement was issued."""


class AuditGrantReceipt(Answer):
    id: UUID
    quarter: str
    until_on: date


class AuditGrantOut(BaseModel):
    id: UUID
    auditor: str
    quarter: str
    until_on: date
    granted_by: str
    granted_on: date
    ended_on: date | None
    ended_by: str | None
    end_reason: str | None


class AuditGrants(BaseModel):
    items: list[AuditGrantOut]


class CardChangeReceipt(Answer):
    """Where the change stands, and the revision to name in `If-Match`."""

    id: UUID
    card: str
    version: str
    state: State
    revision: int


class AcceptanceOut(BaseModel):
    by: str
    organisation: str
    on: date


class CardChangeLine(BaseModel):
    """A version on its way, without its terms."""

    id: UUID
    card: str
    version: str
    state: State
    in_force_from: date
    in_force_until: date | None
    retroactive: bool
    drafted_by: str
    drafted_for: str
    drafted_on: date
    rationale: str | None
    proposed_by: str | None
    proposed_on: date | None
    prime: AcceptanceOut | None
    council: AcceptanceOut | None
    reason: str | None
    """Why it was rejected or withdrawn."""
    ended_by: str | None
    ended_on: date | None
    sha256: str
    """Of its terms, the last day apart."""
    allowed: list[Verb]
    """The steps open to the asker."""
    revision: int


class DifferenceOut(BaseModel):
    """A key path, and its value before and after; null where the key is not there."""

    where: str
    old: Any
    new: Any


class CardChangeOut(CardChangeLine):
    """A version whole, with prices, beside the accepted version that it changes."""

    document: Annotated[dict[str, Any], Field(json_schema_extra={"properties": {"price_pence": PENCE}})]
    compared_with: str | None
    """The version in force before it; null for the first of a card."""
    differences: list[DifferenceOut]
    keeping_theirs: int
    """Claims raised already for outcomes achieved on its days: they keep the version they have (BR-F4)."""


class EquivalentReceipt(Answer):
    """A proposal's id, the ruling if there is one, and the version to name in `If-Match`."""

    id: UUID
    ruling: str | None
    version: int


class RulingOut(BaseModel):
    """What the council ruled, when, who for it and why; or that it withdrew what it had ruled."""

    model_config = ConfigDict(from_attributes=True)

    ruling: Literal["accepted", "refused", "withdrawn"]
    reason: str
    ruled_by: str
    ruled_on: date


class EquivalentOut(BaseModel):
    """A proposal, and the council's ruling on it where there is one."""

    id: UUID
    outcome: str
    kind: str
    stands_for: str
    why: str
    provider_id: str
    proposed_on: date
    ruling: str | None
    reason: str | None
    ruled_on: date | None
    rulings: list[RulingOut]
    """Every ruling there was, in order; the last one stands, unless it was withdrawn."""
    version: int


class ReasonOut(BaseModel):
    """A code in words."""

    code: str
    title: str
    mend: str | None
    """What usually mends it."""
    acts: list[str]
    """What it may be said of."""
    may_be_given: bool
    """Today, of the act asked for; what was said with another stays readable."""
    until_on: date | None


class ReasonsOut(BaseModel):
    items: list[ReasonOut]


class StandingOut(BaseModel):
    """How the rules stand to a claim, what it is worth, and what is payable, in pence; null until it is verified."""

    against: list[str]
    value_pence: int
    payable_pence: int | None


class ReplayedOut(BaseModel):
    """A claim whose verdict or money would be otherwise."""

    claim_id: UUID
    claim_number: str
    state: str
    provider_id: str
    cohort: int
    """The programme's year of referral, from 1."""
    outcome: str
    slot: str
    rate_card: str
    rate_card_version: str
    before: StandingOut
    after: StandingOut


class ReplayTallyOut(BaseModel):
    """A provider's claims of one cohort in this page, in pence."""

    provider_id: str
    cohort: int
    claims: int = 0
    changed: int = 0
    value_before_pence: int = 0
    value_after_pence: int = 0
    payable_before_pence: int = 0
    payable_after_pence: int = 0


class ReplayOut(BaseModel):
    """The next claims replayed: those that change, and sums over all of them; `next` until the last page."""

    items: list[ReplayedOut]
    tallies: list[ReplayTallyOut]
    replayed: int
    unknown: int
    """Claims judged before their basis was kept: not replayed, and counted as they stand."""
    claims: int
    """Of the programme, for progress."""
    next: str | None = None
