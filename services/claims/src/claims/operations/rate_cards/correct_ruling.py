"""The council puts its ruling on a proposed equivalent right: what rested on it is judged again (U-04)."""

from uuid import UUID

from claims.domain.equivalent import Ruling, ruling_is_another, there_is_a_ruling
from claims.operations.advice.receipts import Receipts
from claims.operations.problems import CorrectionRefused
from claims.storage.tables.equivalents import EvidenceEquivalentRow
from common.transaction import Transaction

from .rule_on_equivalent import equivalent_to_rule, say_ruled


async def correct_ruling(
    tx: Transaction, equivalent_id: UUID, ruling: Ruling, reason: str, receipts: Receipts
) -> EvidenceEquivalentRow:
    """Rule otherwise than before, with the reason; what was ruled before stays readable.

    Raises:
        NoSuchEquivalent, StaleVersion
        CorrectionRefused: the council has not ruled on it, or has ruled so already.
    """
    row = await equivalent_to_rule(tx, equivalent_id)
    checks = there_is_a_ruling(row.ruling), ruling_is_another(row.ruling, ruling)
    if refusals := [refusal for refusal in checks if refusal is not None]:
        raise CorrectionRefused(refusals)
    await say_ruled(tx, row, ruling, reason, receipts)
    return row
