from uuid import UUID

from common.transaction import Transaction
from referral_hub.operations.loading import referral_held
from referral_hub.operations.problems import MoveNotPossible, NoSuchQuestion, NoSuchReferral
from referral_hub.operations.transitions import go_on
from referral_hub.storage.referrals import agency_behind
from referral_hub.storage.tables.referrals import ReferralRow

from .tell_agency import close_question, standing_of, tell_standing


async def receive_information(tx: Transaction, referral_id: UUID, answer: str, question_id: UUID | None) -> ReferralRow:
    """Take the referrer's answer, to one question or to all that are open; when none is left the referral goes on
    where it was before it was asked (S-02).

    Raises:
        NoSuchReferral: absent, or another agency's.
        NoSuchQuestion: it is not open.
        MoveNotPossible: nothing is asked.
        StaleVersion: see `referral_held`.
    """
    own = await agency_behind(tx.session, referral_id)
    if own is None or not (tx.actor.has("hub") or own == (tx.actor.organisation,)):
        raise NoSuchReferral("Check the id.")
    referral = await referral_held(tx, referral_id, is_shown=tx.actor.has("hub"))
    standing = await standing_of(tx, referral)
    every_question = [one for one in standing.questions if one.referral_id == referral_id]
    if not every_question:
        raise MoveNotPossible("The hub asks nothing about this referral: there is nothing to answer.")
    questions = [one for one in every_question if question_id in (None, one.id)]
    if not questions:
        raise NoSuchQuestion("Read the referral: answer a question that is open, or leave `question_id` out.")
    for question in questions:
        close_question(tx, question, answer)
    go_on(referral, waits=len(questions) < len(every_question))
    tell_standing(tx, standing, referral)
    return referral
