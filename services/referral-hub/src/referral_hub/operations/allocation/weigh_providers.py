from typing import Any
from uuid import UUID

from common.transaction import Transaction
from referral_hub.domain.allocation import allocate
from referral_hub.operations.loading import policy_in_force
from referral_hub.operations.problems import NoSuchReferral
from referral_hub.storage.allocations import handed_back_by
from referral_hub.storage.providers import candidates_of
from referral_hub.storage.referrals import referral_of

from .allocate_participant import explained, placement_need


async def weigh_providers(tx: Transaction, referral_id: UUID) -> dict[str, Any]:
    """Every provider against what a triaged participant needs, as it would be placed now: nobody is (BR-A3, BR-A12).

    Raises:
        NoSuchReferral: absent, or not the asker's.
        MoveNotPossible: it is not triaged, or placed already.
    """
    policy = await policy_in_force(tx)
    referral = await referral_of(tx.session, referral_id)
    if referral is None:
        raise NoSuchReferral
    tx.touched(f"referral/{referral.id}", f"participant/{referral.participant_id}")
    need = placement_need(referral, await handed_back_by(tx.session, referral_id))
    candidates = await candidates_of(tx.session, tx.programme_id, to_allocate=False)
    return explained(allocate(need, candidates, tx.today, policy.weights), candidates)
