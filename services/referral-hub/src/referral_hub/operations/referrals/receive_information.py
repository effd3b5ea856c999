from uuid import UUID

from common.transaction import Transaction
from referral_hub.operations.loading import referral_held, speak_for_the_hub
from referral_hub.operations.problems import MoveNotPossible, NoSuchQuestion, NoSuchReferral
from referral_hub.operations.transitions import go_on
from referral_hub.storage.referrals import close_requests, open_requests, referral_of
from referral_hub.storage.tables.referrals import ReferralRow

from .tell_agency import tell_agency


async def receive_information(tx: Transaction, referral_id: UUID, answer: str, question_id: UUID | None) -> ReferralRow:
    """Take the referrer's answer, to one question or to all that are open; when none is left the referral goes on
    where it was before it was asked (S-02).

    Raises:
        NoSuchReferral: absent, or another agency's.
        NoSuchQuestion: it is not open.
        MoveNotPossible: nothing is asked.
        StaleVersion: see `referral_held`.
    """
    row = await referral_of(tx.session, referral_id)
    if row is None or not (tx.actor.has("hub") or row.agency_id == tx.actor.organisation):
        raise NoSuchReferral("Check the id.")
    await speak_for_the_hub(tx)
    referral = await referral_held(tx, referral_id, is_shown=tx.actor.has("hub"))
    standing = await open_requests(tx.session, referral_id)
    if not standing:
        raise MoveNotPossible("The hub asks nothing about this referral: there is nothing to answer.")
    ids = [one.id for one in standing if question_id in (None, one.id)]
    if not ids:
        raise NoSuchQuestion("Read the referral: answer a question that is open, or leave `question_id` out.")
    await close_requests(tx.session, referral_id, tx.now, answer, question_id)
    go_on(referral, waits=len(ids) < len(standing))
    await tell_agency(tx, referral)
    return referral
