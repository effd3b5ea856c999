"""Keep a referral's row: received, triaged, declined, helped once and closed, or found to be a duplicate."""

from typing import Any

from common.contracts.referrals import (
    AgeAtReferralCorrected,
    DuplicateReferralEnded,
    ReferralDeclined,
    ReferralReceived,
    ReferralRestored,
    ReferralTriaged,
    TriageSupportProvided,
)
from common.transaction import Transaction
from reporting.domain.tally import allocation_tally, referral_tally
from reporting.storage.projecting import keep
from reporting.storage.tables import Allocation, Referral

from .move_tally import move_tally

ReferralEvent = (
    ReferralReceived
    | ReferralTriaged
    | ReferralDeclined
    | TriageSupportProvided
    | DuplicateReferralEnded
    | ReferralRestored
    | AgeAtReferralCorrected
)


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
    )
    move_tally(tx, referral_tally, change)


async def keep_triaged(tx: Transaction, event: ReferralTriaged) -> None:
    await keep(tx, Referral, **_which(event), triaged_on=event.triaged_on)


async def keep_referral_declined(tx: Transaction, event: ReferralDeclined) -> None:
    await keep(tx, Referral, **_which(event), declined_on=event.declined_on)


async def keep_supported(tx: Transaction, event: TriageSupportProvided) -> None:
    await keep(tx, Referral, **_which(event), supported_on=event.provided_on)


async def keep_duplicate(tx: Transaction, event: DuplicateReferralEnded) -> None:
    """A duplicate counts nowhere, and neither does its placement (BR-A5)."""
    move_tally(tx, referral_tally, await keep(tx, Referral, **_which(event), duplicate_on=event.ended_on))
    if event.allocation_id is not None and event.provider_id is not None:
        placement: dict[str, Any] = {"allocation_id": event.allocation_id, "provider_id": event.provider_id}
        ended = await keep(tx, Allocation, **_which(event), **placement, duplicate_on=event.ended_on)
        move_tally(tx, allocation_tally, ended)


async def keep_restored(tx: Transaction, event: ReferralRestored) -> None:
    """Open again, it counts again; it is placed anew."""
    move_tally(tx, referral_tally, await keep(tx, Referral, **_which(event), duplicate_on=None))


async def keep_age(tx: Transaction, event: AgeAtReferralCorrected) -> None:
    await keep(tx, Referral, **_which(event), under_25=event.under_25)


def _which(event: ReferralEvent) -> dict[str, Any]:
    return {"referral_id": event.referral_id, "participant_id": event.participant_id}
