from uuid import UUID

from common.transaction import Transaction
from referral_hub.storage.referrals import close_requests, referral_of
from referral_hub.storage.tables import Referral

from .asking import move, referral_held, speak_for_the_hub
from .problems import NoSuchReferral


async def receive_information(tx: Transaction, referral_id: UUID, answer: str) -> Referral:
    """Take the referrer's answer and go on where the referral was before it was asked (S-02).

    Raises:
        NoSuchReferral, MoveNotPossible, StaleVersion: see `referral_held` and `move`.
    """
    asked = await referral_of(tx.session, referral_id)
    if asked is None or not (tx.actor.has("hub") or asked.agency_id == tx.actor.organisation):
        raise NoSuchReferral("Check the id.")
    await speak_for_the_hub(tx)
    referral = await referral_held(tx, referral_id)
    move(referral, "triaged" if referral.triaged_on else "received")
    await close_requests(tx.session, referral_id, tx.now, answer)
    return referral
