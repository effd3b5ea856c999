"""Put an assessment right, or take it back: stages and outcomes follow what stands then (S-35 to S-37)."""

from uuid import UUID

from case_management.operations.correcting import part_to_correct, take_back
from case_management.operations.outcomes.announce_again import announce_again
from case_management.operations.requests import AssessmentCorrectionIn
from case_management.storage.tables.support import AssessmentRow
from common.contracts.cases import AssessmentWithdrawn
from common.transaction import Transaction

from .record_assessment import refuse_assessment
from .restage import correct, facts_of, restage_others


async def correct_assessment(tx: Transaction, assessment_id: UUID, body: AssessmentCorrectionIn) -> AssessmentRow:
    """The assessment as it was taken; what is not given stays as it is.

    Raises:
        NoSuchPart, NotAllowed, StaleVersion: see `part_to_correct`.
        Refused: it was taken back, nothing is different, or it cannot have been so.
    """
    row, at_hand = await part_to_correct(tx, AssessmentRow, assessment_id)
    before = facts_of(row)
    row.score = row.score if body.score is None else body.score
    row.assessed_on = body.assessed_on or row.assessed_on
    await refuse_assessment(tx, at_hand.row, row, "Take it back, and record it again. ")
    await restage_others(tx, at_hand.row, row.instrument, body.reason, row)
    correct(tx, at_hand.row, row, body.reason, before)
    await announce_again(tx, at_hand.row, "assessment")
    return row


async def withdraw_assessment(tx: Transaction, assessment_id: UUID, reason: str) -> AssessmentRow:
    """The assessment, taken back: it never was, or is recorded twice. It stays readable, and counts for nothing.

    Raises:
        NoSuchPart, NotAllowed, StaleVersion: see `part_to_correct`.
        Refused: it was taken back before.
    """
    row, at_hand = await part_to_correct(tx, AssessmentRow, assessment_id)
    case = at_hand.row
    take_back(tx, "assessment-withdrawn", row, case, reason)
    tx.touched(f"assessment/{row.id}")
    tx.announce(
        AssessmentWithdrawn(
            **tx.envelope(),
            participant_id=case.participant_id,
            case_id=case.id,
            provider_id=case.provider_id,
            assessment_id=row.id,
            instrument=row.instrument,
            withdrawn_on=tx.today,
        )
    )
    await restage_others(tx, case, row.instrument, reason)
    await announce_again(tx, case, "assessment")
    return row
