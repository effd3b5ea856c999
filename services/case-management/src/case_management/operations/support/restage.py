"""Give assessments the stages they have by what stands now: one entered late, put right or taken back moves others."""

from typing import Any

from case_management.domain.assessment import Instrument, stages_of
from case_management.operations.correcting import put_right
from case_management.storage.programmes import policy_of
from case_management.storage.support import standing_assessments
from case_management.storage.tables.cases import CaseRow
from case_management.storage.tables.support import AssessmentRow
from common.contracts.cases import AssessmentCorrected
from common.transaction import Transaction
from rulebook.outcome import AssessmentStage


async def instrument_used(tx: Transaction, code: str) -> Instrument | None:
    """None when the programme does not use it (any more)."""
    terms = (await policy_of(tx.session, tx.programme_id)).instruments.get(code)
    return terms and Instrument(
        code, terms.lowest, terms.highest, terms.better, terms.months_to_next_stages, terms.referral_within_days
    )


async def restage(tx: Transaction, case: CaseRow, code: str) -> list[tuple[AssessmentRow, AssessmentStage]]:
    """Every assessment with the instrument whose stage is another now, with the one it had."""
    instrument = await instrument_used(tx, code)
    if instrument is None:
        return []
    await tx.session.flush()
    rows = await standing_assessments(tx.session, case.id, code)
    stages = stages_of(instrument, case.referred_on, [row.assessed_on for row in rows])
    changes: list[tuple[AssessmentRow, AssessmentStage]]
    changes = [(row, row.stage) for row, stage in zip(rows, stages, strict=True) if row.stage != stage]
    for row, stage in zip(rows, stages, strict=True):
        row.stage = stage
    return changes


async def restage_others(tx: Transaction, case: CaseRow, code: str, reason: str, *but: AssessmentRow) -> None:
    """Restage, and say so of each but those the asker speaks of."""
    for row, stage in await restage(tx, case, code):
        if row not in but:
            correct(tx, case, row, reason, facts_of(row) | {"stage": stage})


async def restage_all(tx: Transaction, case: CaseRow, reason: str) -> None:
    """Restage with every instrument: the first stage hangs on the day of referral."""
    for code in sorted({row.instrument for row in await standing_assessments(tx.session, case.id)}):
        await restage_others(tx, case, code, reason)


def facts_of(row: AssessmentRow) -> dict[str, Any]:
    return {"score": row.score, "assessed_on": row.assessed_on, "stage": row.stage}


def correct(tx: Transaction, case: CaseRow, row: AssessmentRow, reason: str, before: dict[str, Any]) -> None:
    """Keep and announce what stands of an assessment now.

    Raises:
        Refused: it is what stood before.
    """
    put_right(tx, "assessment", row.id, case, reason, before, facts_of(row))
    tx.touched(f"assessment/{row.id}")
    tx.announce(
        AssessmentCorrected(
            **tx.envelope(),
            participant_id=case.participant_id,
            case_id=case.id,
            provider_id=case.provider_id,
            assessment_id=row.id,
            instrument=row.instrument,
            stage=row.stage,
            score=row.score,
            assessed_on=row.assessed_on,
            corrected_on=tx.today,
        )
    )
