"""Close the case of a referral that was a duplicate: its participant has another (BR-A5)."""

from datetime import date
from uuid import UUID

from case_management.operations.closure.close_case import close_case
from case_management.storage.cases import case_of_allocation, end_joint_work_on
from case_management.storage.closures import settle_request
from common.transaction import Transaction
from rulebook.codes import CLOSED_AS_DUPLICATE

from .withdraw_case import withdraw_case


async def end_duplicate(tx: Transaction, allocation_id: UUID, ended_on: date) -> None:
    """Close the case: one that never began as if handed back, one that did with an announcement, in no figure.

    Its lead goes on seeing it, for what was achieved there is claimed as always, once for the person.
    """
    row = await case_of_allocation(tx.session, allocation_id)
    if row is None or row.state == "closed":
        return
    if row.started_on is None:
        await withdraw_case(tx, allocation_id, ended_on, CLOSED_AS_DUPLICATE)
        return
    close_case(tx, row, max(ended_on, row.started_on), CLOSED_AS_DUPLICATE)
    await settle_request(tx.session, row.id, tx.actor.id, tx.today)
    await end_joint_work_on(tx.session, row.id, ended_on)
    tx.touched(f"case/{row.id}", f"participant/{row.participant_id}")
