"""Record the start of a case: first contact was made (a new start on the full service)."""

from uuid import UUID

from case_management.domain.case import PhaseChange, moved, refusals_of_start
from case_management.operations.loading import case_to_change
from case_management.operations.requests import StartIn
from case_management.storage.cases import phase_row
from case_management.storage.tables.cases import CaseRow
from common.contracts.cases import CaseStarted
from common.transaction import Transaction
from common.web.refused import refuse_if_any


async def start_case(tx: Transaction, case_id: UUID, start: StartIn) -> CaseRow:
    """Start on a day, by default today, with the worker it is given to.

    Raises:
        Refused: the case has started, or could not have on that day.
    """
    at_hand = await case_to_change(tx, case_id)
    row, started_on = at_hand.row, start.started_on or tx.today
    refuse_if_any(refusals_of_start(at_hand.case, started_on, tx.today))
    tx.expect_version(row.version)
    row.state = moved(at_hand.case.state, "started")
    row.started_on, row.phase_since, row.worker = started_on, started_on, start.worker
    row.last_contact_on = max(row.last_contact_on or started_on, started_on)
    row.version += 1
    tx.session.add(phase_row(row, PhaseChange(at_hand.case.phase, started_on, start.worker)))
    tx.announce(
        CaseStarted(
            **tx.envelope(),
            participant_id=row.participant_id,
            case_id=row.id,
            referral_id=row.referral_id,
            provider_id=row.provider_id,
            referred_on=row.referred_on,
            started_on=started_on,
            funding_stream="historic" if row.funding_stream == "historic" else "lcf",
        )
    )
    return row
