"""Outcomes, their evidence and corrections."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BeforeValidator, Field

from case_management.operations.loading import outcome_to_read
from case_management.operations.outcomes.correct_outcome import Correction, correct_outcome
from case_management.operations.outcomes.record_outcome import OutcomeSaid
from case_management.operations.outcomes.record_outcome import record_outcome as record
from case_management.operations.outcomes.withdraw_outcome import withdraw_outcome as withdraw
from common.contracts.cases import Fact, FactName, Receipt
from common.transaction import Answer, Transaction
from common.web.access import reading, writing
from common.web.fields import BusinessDay, RequestBody, Sentence, ShortCode
from programme.model import OutcomeCode

from .requests import Minted
from .responses import OutcomeShown, show_outcome
from .roles import READERS, RECORDERS

router = APIRouter(prefix="/v1", tags=["outcomes"])

LARGEST_FACT = 2**53


def _read_date(value: Any) -> Any:
    """What looks like a date is one, and must be possible; numbers stay within what JSON readers agree on."""
    if isinstance(value, str) and len(value) == 10 and value[4:8:3] == "--" and value.replace("-", "").isdigit():
        return date.fromisoformat(value)
    if isinstance(value, int) and abs(value) > LARGEST_FACT:
        raise ValueError("too large a number")
    return value


Facts = Annotated[dict[FactName, Annotated[Fact, BeforeValidator(_read_date)]], Field(max_length=60)]
Items = Annotated[list[UUID], Field(max_length=50, description="Ids of documents and notes of this case.")]

Quantity = Annotated[int, Field(ge=1, le=10_000)]
Contributors = Annotated[list[ShortCode], Field(max_length=9)]


class OutcomeIn(Minted):
    """What was achieved; without evidence it is recorded, and counts as outstanding (BR-E11)."""

    outcome: OutcomeCode
    slot: ShortCode = "only"
    achieved_on: BusinessDay
    evidence: Items = Field(default_factory=list[UUID])
    facts: Facts = Field(default_factory=dict[FactName, Fact])
    quantity: Quantity = 1
    contributors: Contributors | None = None
    """Joint providers; all who worked jointly on the day when left out (BR-D10)."""
    receipt: Receipt | None = None
    """Of a pre-check on these facts: it travels with the evidence to claims."""


class RevisionIn(RequestBody):
    """A correction: what is left out stays as it is. Evidence is all that there is now."""

    achieved_on: BusinessDay | None = None
    slot: ShortCode | None = None
    quantity: Quantity | None = None
    contributors: Contributors | None = None
    evidence: Items | None = None
    facts: Facts | None = None
    receipt: Receipt | None = None
    reason: Sentence | None = None
    """What was wrong, and how it is known: for a day, slot, quantity or contributors that were said otherwise."""


class WithdrawalIn(RequestBody):
    """Why it is taken back."""

    reason: ShortCode


class OutcomeKept(Answer):
    """An outcome's id, revision and state: recorded, evidenced or withdrawn."""

    id: UUID
    revision: int
    state: str


class OutcomeRevised(OutcomeKept):
    """With the names of what the revision changed; facts as `facts.<name>`."""

    changed: list[str]


@router.post("/cases/{case_id}/outcomes", status_code=201)
async def record_outcome(
    case_id: UUID, body: OutcomeIn, tx: Annotated[Transaction, writing(*RECORDERS)]
) -> OutcomeKept:
    """Record an outcome; with evidence it becomes a claim."""
    said = OutcomeSaid(
        outcome=body.outcome,
        slot=body.slot,
        achieved_on=body.achieved_on,
        evidence=body.evidence,
        facts=body.facts,
        quantity=body.quantity,
        contributors=body.contributors,
        receipt=body.receipt,
    )
    row = await record(tx, case_id, tx.minted(body.id), said)
    return tx.answered(OutcomeKept(id=row.id, revision=row.revision, state=row.state))


@router.post("/outcomes/{outcome_id}/revisions", status_code=201)
async def revise_outcome(
    outcome_id: UUID, body: RevisionIn, tx: Annotated[Transaction, writing(*RECORDERS)]
) -> OutcomeRevised:
    """Correct an outcome or evidence it, as a new revision; its claim goes on under the same number (BR-F4).

    `If-Match` is the revision you read.
    """
    said = {name: getattr(body, name) for name in body.model_fields_set}
    row, changes = await correct_outcome(tx, outcome_id, Correction(**said))
    changed = [one.what for one in changes]
    return tx.answered(OutcomeRevised(id=row.id, revision=row.revision, state=row.state, changed=changed))


@router.get("/outcomes/{outcome_id}")
async def read_outcome(
    outcome_id: UUID, response: Response, tx: Annotated[Transaction, reading(*READERS)]
) -> OutcomeShown:
    """Read an outcome with all its revisions and what each changed."""
    at_hand = await outcome_to_read(tx, outcome_id)
    response.headers["ETag"] = f'"{at_hand.row.revision}"'
    return show_outcome(at_hand.row, at_hand.outcome, at_hand.revisions)


@router.post("/outcomes/{outcome_id}/withdrawal")
async def withdraw_outcome(
    outcome_id: UUID, body: WithdrawalIn, tx: Annotated[Transaction, writing(*RECORDERS)]
) -> OutcomeKept:
    """Take back an outcome recorded by mistake; it stays on record as withdrawn."""
    row = await withdraw(tx, outcome_id, body.reason)
    return tx.answered(OutcomeKept(id=row.id, revision=row.revision, state=row.state))
