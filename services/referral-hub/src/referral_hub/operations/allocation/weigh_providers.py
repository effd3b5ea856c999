from typing import Any
from uuid import UUID

from common.database.lookup import every
from common.transaction import Transaction
from referral_hub.domain.allocation import allocate
from referral_hub.operations.loading import policy_with
from referral_hub.operations.problems import NoSuchReferral
from referral_hub.storage.providers import PROVIDERS, candidates, caseloads_in
from referral_hub.storage.referrals import referral_of
from referral_hub.storage.tables.programme import ProviderRow

from .allocate_participant import PlacementLookup, explained, placement_need


class WeighingLookup(PlacementLookup):
    """As for a placement, and the providers, of whom none is held."""

    providers: list[ProviderRow] = every(PROVIDERS)


async def weigh_providers(tx: Transaction, referral_id: UUID) -> dict[str, Any]:
    """Every provider against what a triaged participant needs, as it would be placed now: nobody is (BR-A3, BR-A12).

    Raises:
        NoSuchReferral: absent, or not the asker's.
        MoveNotPossible: it is not triaged, or placed already.
    """
    referral = await referral_of(tx.session, referral_id)
    if referral is None:
        raise NoSuchReferral
    tx.touched(f"referral/{referral.id}", f"participant/{referral.participant_id}")
    policy, lookup = await policy_with(tx, WeighingLookup, referral_id=referral_id)
    need = placement_need(referral, lookup)
    everyone = candidates(lookup.providers, caseloads_in(lookup.caseloads))
    return explained(allocate(need, everyone, tx.today, policy.weights), everyone)
