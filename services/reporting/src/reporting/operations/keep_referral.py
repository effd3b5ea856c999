"""Keep a referral's row: received, triaged, declined, or helped once and closed."""

from typing import Any

from common.contracts.referrals import ReferralDeclined, ReferralReceived, ReferralTriaged, TriageSupportProvided
from common.transaction import Transaction
from reporting.domain.tally import referral_tally
from reporting.storage.projecting import keep
from reporting.storage.tables import Referral

from .move_tally import move_tally


async def keep_received(tx: Transaction, event: ReferralReceived) -> None:
    change = await keep(
        tx,
        Referral,
        **_which(event),
        source=event.source,
        agency_id=event.agency_id,
        referred_on=event.referred_on,
        known_before=event.returning,
        under_25=event.under_25,
        needs=list(event.needs),
    )
    move_tally(tx, referral_tally, change)


async def keep_triaged(tx: Transaction, event: ReferralTriaged) -> None:
    await keep(tx, Referral, **_which(event), triaged_on=event.triaged_on)


async def keep_referral_declined(tx: Transaction, event: ReferralDeclined) -> None:
    await keep(tx, Referral, **_which(event), declined_on=event.declined_on)


async def keep_supported(tx: Transaction, event: TriageSupportProvided) -> None:
    await keep(tx, Referral, **_which(event), supported_on=event.provided_on)


def _which(event: ReferralReceived | ReferralTriaged | ReferralDeclined | TriageSupportProvided) -> dict[str, Any]:
    return {"referral_id": event.referral_id, "participant_id": event.participant_id}
