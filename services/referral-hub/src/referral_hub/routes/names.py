"""Names beside ids, for those who may know them."""

from collections.abc import Sequence
from uuid import UUID

from common.transaction import Transaction
from referral_hub.storage.participants import participants_of
from referral_hub.storage.tables.referrals import ReferralRow


async def names_of(tx: Transaction, referrals: Sequence[ReferralRow]) -> dict[UUID, str]:
    """The names of whom these referrals are about, for hub and prime; everyone shown is audited (BR-N6)."""
    ids = ids_to_name(tx, referrals)
    return {one.id: one.name for one in await participants_of(tx.session, ids)} if ids else {}


def ids_to_name(tx: Transaction, referrals: Sequence[ReferralRow]) -> list[UUID]:
    """Of whom these referrals are about, whose names are for the asker; everyone shown is audited (BR-N6)."""
    ids = sorted({referral.participant_id for referral in referrals})
    tx.touched(*(f"participant/{one}" for one in ids))
    return ids if tx.actor.has("hub", "prime-manager") else []
