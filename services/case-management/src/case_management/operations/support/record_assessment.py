"""Record a scored assessment; its stage follows from its date and the others (S-35 to S-37)."""

from dataclasses import replace
from uuid import UUID

from case_management.domain.assessment import ScoredAssessment, refusals_of_assessment
from case_management.domain.catalogue import unknown
from case_management.operations.loading import case_to_change
from case_management.operations.outcomes.announce_again import announce_again
from case_management.operations.requests import AssessmentIn
from case_management.storage.programmes import policy_of
from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.support import AssessmentRow
from common.contracts.cases import AssessmentRecorded
from common.transaction import Transaction
from common.web.refused import refuse_if_any, refused

from .restage import instrument_used, restage_others

ANOTHER_ENTERED = "An earlier assessment was entered after this one."


async def record_assessment(tx: Transaction, case_id: UUID, assessment_id: UUID, body: AssessmentIn) -> AssessmentRow:
    """The assessment with its stage; entered late, it takes its place, and those after it theirs.

    Raises:
        Refused: the programme does not use the instrument, the score is off its scale, or the day is impossible.
    """
    case = (await case_to_change(tx, case_id)).row
    row = AssessmentRow(
        id=assessment_id,
        programme_id=case.programme_id,
        case_id=case_id,
        instrument=body.instrument,
        stage="later",
        score=body.score,
        assessed_on=body.assessed_on or tx.today,
        recorded_by=tx.actor.id,
        provider_id=case.provider_id,
    )
    await refuse_assessment(tx, case, row)
    tx.session.add(row)
    tx.touched(f"assessment/{assessment_id}")
    await restage_others(tx, case, row.instrument, ANOTHER_ENTERED, row)
    tx.announce(
        AssessmentRecorded(
            **tx.envelope(),
            participant_id=case.participant_id,
            case_id=case_id,
            provider_id=case.provider_id,
            assessment_id=assessment_id,
            instrument=row.instrument,
            stage=row.stage,
            score=row.score,
            assessed_on=row.assessed_on,
        )
    )
    await announce_again(tx, case, "assessment")
    return row


async def refuse_assessment(tx: Transaction, case: CaseRow, row: AssessmentRow, first: str = "") -> None:
    """Refuse what cannot have been scored so, or on such a day; `first` is what to do before another is chosen."""
    instrument = await instrument_used(tx, row.instrument)
    if instrument is None:
        used = (await policy_of(tx.session, tx.programme_id)).instruments
        no = unknown("unknown_instrument", "instrument", row.instrument, used)
        raise refused(replace(no, remedy=f"{first}{no.remedy}"))
    taking = ScoredAssessment(instrument, row.score, row.assessed_on, case.referred_on)
    refuse_if_any(refusals_of_assessment(taking, tx.today))
