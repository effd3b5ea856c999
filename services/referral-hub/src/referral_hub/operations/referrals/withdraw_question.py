from uuid import UUID

from common.transaction import Transaction
from referral_hub.operations.correcting import put_right
from referral_hub.operations.loading import referral_held
from referral_hub.operations.problems import NoSuchQuestion
from referral_hub.operations.transitions import go_on
from referral_hub.storage.tables.referrals import ReferralRow

from .tell_agency import standing_of, tell_standing


async def withdraw_question(tx: Transaction, referral_id: UUID, question_id: UUID, reason: str) -> ReferralRow:
    """Take a question back that the referrer need not answer: the referral never waited for it (S-02).

    Raises:
        NoSuchQuestion: it is not open, or another referral's.
        NoSuchReferral, StaleVersion: see `referral_held`.
    """
    referral = await referral_held(tx, referral_id)
    standing = await standing_of(tx, referral)
    own = [one for one in standing.questions if one.referral_id == referral_id]
    question = next((one for one in own if one.id == question_id), None)
    if question is None:
        raise NoSuchQuestion("Read the referral: only a question that is open can be taken back.")
    question.withdrawn_at = tx.now
    before, after = {"withdrawn_at": None}, {"withdrawn_at": tx.now}
    put_right(tx, "question-withdrawn", question.id, referral.participant_id, reason, before, after)
    go_on(referral, waits=len(own) > 1)
    tell_standing(tx, standing, referral)
    return referral
