"""Record a scored assessment; its stage follows from its date and the earlier ones (S-35 to S-37)."""

from datetime import date
from uuid import UUID

from case_management.domain.assessment import Instrument, Taking, refusals_of_assessment, stage_of
from case_management.domain.case import Case
from case_management.domain.refusal import unknown
from case_management.storage.programmes import instruments_of
from case_management.storage.support import assessment_of, assessments_of
from case_management.storage.tables import AssessmentRow
from common.contracts.cases import AssessmentRecorded
from common.transaction import Transaction

from .announce_again import announce_again
from .case_at_hand import case_to_change
from .refused import refuse_if_any, refused


async def record_assessment(
    tx: Transaction, case_id: UUID, assessment_id: UUID, instrument: str, score: int, assessed_on: date | None
) -> AssessmentRow:
    """The assessment with its stage.

    Raises:
        Refused: the programme does not use the instrument, the score is off its scale, or the day is impossible.
    """
    found = await case_to_change(tx, case_id)
    taking = await _taking(tx, case_id, found.case, instrument, score, assessed_on or tx.today)
    refuse_if_any(refusals_of_assessment(taking, tx.today))
    row = AssessmentRow(
        id=assessment_id,
        programme_id=found.row.programme_id,
        case_id=case_id,
        instrument=instrument,
        stage=stage_of(taking),
        score=score,
        assessed_on=taking.assessed_on,
        recorded_by=tx.actor.id,
    )
    tx.session.add(row)
    tx.touched(f"assessment/{assessment_id}")
    tx.announce(
        AssessmentRecorded(
            **tx.envelope(),
            participant_id=found.row.participant_id,
            case_id=case_id,
            provider_id=found.row.provider_id,
            assessment_id=assessment_id,
            instrument=instrument,
            stage=stage_of(taking),
            score=score,
            assessed_on=taking.assessed_on,
        )
    )
    await announce_again(tx, found.row, "assessment")
    return row


async def _taking(tx: Transaction, case_id: UUID, case: Case, instrument: str, score: int, assessed_on: date) -> Taking:
    earlier = [one for one in await assessments_of(tx.session, case_id) if one.instrument == instrument]
    return Taking(
        await _instrument(tx, instrument),
        score,
        assessed_on,
        case.referred_on,
        tuple(assessment_of(one) for one in earlier),
    )


async def _instrument(tx: Transaction, code: str) -> Instrument:
    used = await instruments_of(tx.session, tx.programme_id)
    if (found := used.get(code)) is None:
        raise refused(unknown("unknown_instrument", "instrument", code, used))
    return Instrument(
        code, found.lowest, found.highest, found.better, found.months_to_next_stages, found.referral_within_days
    )
