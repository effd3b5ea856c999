"""Close the case of a referral that was a duplicate: its participant has another (BR-A5)."""

from case_management.operations.closure.close_case import close_case
from case_management.storage.cases import case_of_allocation, end_joint_work_on
from case_management.storage.closures import settle_request
from common.contracts.referrals import DuplicateReferralEnded
from common.transaction import Transaction
from rulebook.codes import CLOSED_AS_DUPLICATE

from .withdraw_case import withdraw_case


async def end_duplicate(tx: Transaction, event: DuplicateReferralEnded) -> None:
    """Close the case: one that never began as if handed back, one that did with an announcement, in no figure.

    Its lead goes on seeing it, for what was achieved there is claimed as always, once for the person.
    """
    tx.touched(event.subject)
    row = await case_of_allocation(tx.session, event.allocation_id) if event.allocation_id else None
    if row is None or row.state == "closed":
        return
    if row.started_on is None:
        await withdraw_case(tx, row.allocation_id, event.ended_on, CLOSED_AS_DUPLICATE)
        return
    close_case(tx, row, max(event.ended_on, row.started_on), CLOSED_AS_DUPLICATE)
    await settle_request(tx.session, row.id, tx.actor.id, tx.today)
    await end_joint_work_on(tx.session, row.id, event.ended_on)
    tx.touched(f"case/{row.id}", f"participant/{row.participant_id}")
