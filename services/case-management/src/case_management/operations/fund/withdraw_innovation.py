"""Take an innovation back that was proposed by mistake, or is not needed: its money is the fund's again (BR-O8)."""

from uuid import UUID

from case_management.domain.fund import request_still_stands
from case_management.operations.problems import NoSuchInnovation
from case_management.storage.fund import give_back
from case_management.storage.innovations import find_innovation
from case_management.storage.tables.fund import InnovationRow
from common.contracts.cases import InnovationWithdrawn
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from rulebook.refusal import every_refusal


async def withdraw_innovation(tx: Transaction, innovation_id: UUID, reason: str) -> InnovationRow:
    """The innovation, taken back by the provider that proposed it; what is needed instead is proposed anew.

    Raises:
        NoSuchInnovation: there is none of the asker's provider.
        StaleVersion: it changed since the asker read it.
        Refused: it was refused, or taken back before.
    """
    row = await find_innovation(tx.session, innovation_id)
    if row is None:
        raise NoSuchInnovation
    tx.expect_version(row.version)
    refuse_if_any(every_refusal([request_still_stands], row.state))
    was_approved = row.state == "approved"
    if was_approved:
        await give_back(tx.session, tx.programme_id, row.amount_pence)
    row.state, row.version = "withdrawn", row.version + 1
    row.withdrawn_on, row.withdrawn_by, row.withdrawal_reason = tx.today, tx.actor.id, reason
    tx.touched(f"innovation/{innovation_id}")
    tx.announce(
        InnovationWithdrawn(
            **tx.envelope(),
            innovation_id=row.id,
            provider_id=row.provider_id,
            amount_pence=row.amount_pence,
            was_approved=was_approved,
            withdrawn_on=tx.today,
        )
    )
    return row
