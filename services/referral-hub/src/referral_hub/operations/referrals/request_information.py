from uuid import UUID

from common.ids import new_id
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from referral_hub.domain.triage import question_is_the_programmes
from referral_hub.operations.loading import policy_with, referral_held
from referral_hub.operations.transitions import move
from referral_hub.storage.tables.referrals import InformationRequestRow, ReferralRow
from rulebook.refusal import every_refusal

from .tell_agency import PolicyAndStanding, tell_standing


async def request_information(tx: Transaction, referral_id: UUID, question_code: str, note: str) -> ReferralRow:
    """Ask the referrer for what is missing; the clock runs on, the wait is told apart (S-02, BR-B6).

    Asked again while an answer is awaited, it is a chaser.

    Raises:
        Refused: the programme does not ask about this.
        NoSuchReferral, MoveNotPossible, StaleVersion: see `referral_held` and `move`.
    """
    referral = await referral_held(tx, referral_id)
    policy, lookup = await policy_with(tx, PolicyAndStanding, referral_ids=[referral_id])
    refuse_if_any(every_refusal([question_is_the_programmes], question_code, policy.questions))
    chaser = referral.state == "awaiting-information"
    if chaser:
        referral.version += 1
    else:
        move(referral, "awaiting-information")
    question = InformationRequestRow(
        id=new_id(),
        programme_id=tx.programme_id,
        referral_id=referral_id,
        question_code=question_code,
        note=note,
        chaser=chaser,
        asked_at=tx.now,
    )
    tx.session.add(question)
    lookup.questions.append(question)
    tell_standing(tx, lookup, referral)
    return referral
