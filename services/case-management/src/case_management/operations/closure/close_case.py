"""Close a case, and say so: by the prime's decision (S-47), or as a duplicate's (BR-A5)."""

from datetime import date

from case_management.domain.case import moved
from case_management.storage.cases import case_of
from case_management.storage.tables.cases import CaseRow
from common.contracts.cases import CaseClosed
from common.transaction import Transaction


def close_case(tx: Transaction, row: CaseRow, closed_on: date, reason: str) -> None:
    """The case closed on its last day, for a reason of the programme's."""
    row.state = moved(case_of(row).state, "closed")
    row.closed_on, row.closure_reason = closed_on, reason
    row.version += 1
    tx.announce(
        CaseClosed(
            **tx.envelope(),
            participant_id=row.participant_id,
            case_id=row.id,
            provider_id=row.provider_id,
            reason=reason,
            closed_on=closed_on,
        )
    )
