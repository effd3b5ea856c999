"""The council takes back its ruling on a proposed equivalent, which waits for one again (U-04)."""

from uuid import UUID

from claims.domain.equivalent import there_is_a_ruling
from claims.operations.advice.receipts import Receipts
from claims.operations.assessment.judge_on_ruling import judge_on_ruling
from claims.operations.problems import CorrectionRefused
from claims.storage.tables.equivalents import EvidenceEquivalentRow
from common.contracts.claims import EquivalentRulingWithdrawn
from common.transaction import Transaction

from .rule_on_equivalent import equivalent_to_rule, ruling_kept


async def withdraw_ruling(
    tx: Transaction, equivalent_id: UUID, reason: str, receipts: Receipts
) -> EvidenceEquivalentRow:
    """Let no ruling stand, with the reason; what was ruled before stays readable.

    Raises:
        NoSuchEquivalent, StaleVersion
        CorrectionRefused: the council has not ruled on it.
    """
    row = await equivalent_to_rule(tx, equivalent_id)
    if row.event_id is None:
        raise CorrectionRefused([refusal for refusal in [there_is_a_ruling(row.ruling)] if refusal is not None])
    event = EquivalentRulingWithdrawn(
        **tx.envelope(),
        equivalent_id=equivalent_id,
        outcome=row.outcome,
        kind=row.kind,
        stands_for=row.stands_for,
        ruled_as=row.event_id,
        withdrawn_on=tx.today,
    )
    was_accepted = row.ruling == "accepted"
    row.ruling = row.reason = row.ruled_by = row.ruled_on = row.event_id = None
    row.version += 1
    tx.session.add(ruling_kept(tx, row, event.event_id, "withdrawn", reason))
    tx.announce(event)
    tx.touched(f"equivalent/{equivalent_id}")
    if was_accepted:
        await judge_on_ruling(tx, row, receipts)
    return row
