"""The outcome an operation is about, as the asker may have it."""

from dataclasses import dataclass
from uuid import UUID

from case_management.domain.outcome import Outcome
from case_management.storage.outcomes import find_outcome, histories
from case_management.storage.tables import OutcomeRow, RevisionRow
from common.transaction import Transaction
from common.web.problems import NotFound

from .case_at_hand import CaseAtHand, NoSuchCase, case_to_change, case_to_read


class NoSuchOutcome(NotFound):
    """Absent, or another provider's."""


@dataclass(frozen=True, slots=True)
class OutcomeAtHand:
    """An outcome with its case and its whole chain, as the rules look at it and as it is kept."""

    row: OutcomeRow
    outcome: Outcome
    revisions: list[RevisionRow]
    found: CaseAtHand


async def outcome_to_read(tx: Transaction, outcome_id: UUID, *, to_change: bool = False) -> OutcomeAtHand:
    """The outcome; to change it, locked after its case, for the lead provider.

    Raises:
        NoSuchOutcome: there is none within the asker's sight.
        NotAllowed: to change it, the asker must be the case's lead.
    """
    row = await find_outcome(tx.session, outcome_id)
    if row is None:
        raise NoSuchOutcome("Check the id, and that your organisation works on the case.")
    try:
        found = await (case_to_change if to_change else case_to_read)(tx, row.case_id)
    except NoSuchCase:
        raise NoSuchOutcome("Check the id, and that your organisation works on the case.") from None
    if to_change:
        await tx.session.refresh(row, with_for_update=True)
    [(_, outcome, revisions)] = await histories(tx.session, [row])
    tx.touched(f"outcome/{outcome_id}")
    return OutcomeAtHand(row, outcome, revisions, found)
