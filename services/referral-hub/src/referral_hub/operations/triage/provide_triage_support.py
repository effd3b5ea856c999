from uuid import UUID

from common.contracts.referrals import TriageSupportProvided
from common.transaction import Transaction
from referral_hub.operations.loading import referral_held
from referral_hub.operations.referrals.tell_agency import standing_of, tell_standing
from referral_hub.operations.transitions import move
from referral_hub.storage.tables.referrals import ReferralRow


async def provide_triage_support(tx: Transaction, referral_id: UUID, note: str | None) -> ReferralRow:
    """Help once, and close: no start on the full service, never a claim (S-08, BR-C4).

    Raises:
        NoSuchReferral, MoveNotPossible, StaleVersion: see `referral_held` and `move`.
    """
    referral = await referral_held(tx, referral_id)
    standing = await standing_of(tx, referral)
    move(referral, "closed")
    referral.closing_reason, referral.closing_note, referral.closed_on = "triage-support", note, tx.today
    standing.answer(tx, referral)
    tx.announce(
        TriageSupportProvided(
            **tx.envelope(), participant_id=referral.participant_id, referral_id=referral.id, provided_on=tx.today
        )
    )
    tell_standing(tx, standing, referral)
    return referral
