"""Decide on an innovation: by the board, from the fund and under the lock of what participants need (BR-O8)."""

from uuid import UUID

from case_management.operations.problems import NoSuchInnovation
from case_management.storage.innovations import find_innovation
from case_management.storage.tables.fund import InnovationRow
from common.contracts.cases import InnovationDecided
from common.transaction import Transaction

from .decide_on_fund import decide_on_fund


async def decide_innovation(tx: Transaction, innovation_id: UUID, granted: bool, reason: str | None) -> InnovationRow:
    """The innovation, approved or refused.

    Raises:
        NoSuchInnovation: there is none.
        Refused: decided before, without a reason, or the fund has not enough left.
        NoFund: the programme has no fund any more.
    """
    row = await find_innovation(tx.session, innovation_id)
    if row is None:
        raise NoSuchInnovation
    await decide_on_fund(tx, row, "board", granted, reason)
    tx.touched(f"innovation/{innovation_id}")
    tx.announce(
        InnovationDecided(
            **tx.envelope(),
            innovation_id=row.id,
            provider_id=row.provider_id,
            outcome=row.outcome,
            amount_pence=row.amount_pence,
            decision="approved" if granted else "refused",
            decided_on=tx.today,
        )
    )
    return row
