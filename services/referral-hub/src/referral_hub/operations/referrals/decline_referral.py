from dataclasses import replace
from uuid import UUID

from common.contracts.referrals import ReferralDeclined
from common.ids import new_id
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from referral_hub.domain.decline import DeclineAttempt as DeclineAsked
from referral_hub.domain.decline import Room, refusals_of_decline
from referral_hub.operations.loading import policy_with, referral_held
from referral_hub.operations.transitions import move
from referral_hub.storage.tables.allocations import DeclineRow
from referral_hub.storage.tables.referrals import ReferralRow

from .tell_agency import PolicyAndStanding, tell_standing


async def decline_referral(tx: Transaction, referral_id: UUID, attempt: DeclineAsked) -> ReferralRow:
    """Close a referral without placing it, for one of the programme's reasons; the council sees it (BR-A8).

    Raises:
        Refused: the reason is not one of the programme's, or is too high a risk (BR-A7).
        NoSuchReferral, MoveNotPossible, StaleVersion: see `referral_held` and `move`.
    """
    referral = await referral_held(tx, referral_id)
    policy, lookup = await policy_with(tx, PolicyAndStanding, referral_ids=[referral_id])
    refuse_if_any(refusals_of_decline(replace(attempt, by_hub=True), policy.decline_reasons))
    move(referral, "declined")
    referral.closed_on = tx.today
    lookup.answer(tx, referral)
    tx.session.add(declined(tx, referral, attempt, final=True))
    tx.announce(
        ReferralDeclined(
            **tx.envelope(),
            participant_id=referral.participant_id,
            referral_id=referral.id,
            reason=attempt.reason,
            declined_on=tx.today,
        )
    )
    tell_standing(tx, lookup, referral)
    return referral


def declined(
    tx: Transaction, referral: ReferralRow, attempt: DeclineAsked, *, final: bool, room: Room | None = None
) -> DeclineRow:
    """A decline to keep, for the hub and the council to look at, with the room its provider had."""
    return DeclineRow(
        id=new_id(),
        programme_id=tx.programme_id,
        referral_id=referral.id,
        participant_id=referral.participant_id,
        allocation_id=referral.allocation_id,
        provider_id=referral.provider_id,
        reason=attempt.reason,
        account=attempt.account,
        final=final,
        complex=referral.complex,
        source=referral.source,
        declined_on=tx.today,
        version=1,
        capacity=room.capacity if room else None,
        load=room.load if room else None,
        needed=room.needed if room else None,
    )
