from uuid import UUID

from common.ids import new_id
from common.transaction import Transaction
from referral_hub.storage.tables import InformationRequest, Referral

from .asking import move, referral_held


async def request_information(tx: Transaction, referral_id: UUID, question_code: str, note: str) -> Referral:
    """Ask the referrer for what is missing; the clock runs on, the wait is told apart (S-02, BR-B6).

    Asked again while an answer is awaited, it is a chaser.

    Raises:
        NoSuchReferral, MoveNotPossible, StaleVersion: see `referral_held` and `move`.
    """
    referral = await referral_held(tx, referral_id)
    chaser = referral.state == "awaiting-information"
    if chaser:
        referral.version += 1
    else:
        move(referral, "awaiting-information")
    tx.session.add(
        InformationRequest(
            id=new_id(),
            programme_id=tx.programme_id,
            referral_id=referral_id,
            question_code=question_code,
            note=note,
            chaser=chaser,
            asked_at=tx.now,
        )
    )
    return referral
