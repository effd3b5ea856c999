"""Keep a referral's row: received, triaged, declined, helped once, the duplicate of another, or put right."""

from typing import Any

from common.contracts.referrals import (
    AgeAtReferralCorrected,
    DuplicateReferralEnded,
    ReferralCorrected,
    ReferralDeclined,
    ReferralReceived,
    ReferralReopened,
    ReferralRestored,
    ReferralTriaged,
    TriageCorrected,
    TriageSupportProvided,
)
from common.transaction import Transaction
from reporting.storage.projecting import keep
from reporting.storage.tables.read_models import AllocationRow, ReferralRow


async def keep_received(tx: Transaction, event: ReferralReceived) -> None:
    keep(
        tx,
        ReferralRow,
        **_which(event),
        source=event.source,
        agency_id=event.agency_id,
        referred_on=event.referred_on,
        known_before=event.returning,
        under_25=event.under_25,
        needs=list(event.needs),
    )


async def keep_triaged(tx: Transaction, event: ReferralTriaged) -> None:
    keep(tx, ReferralRow, **_which(event), triaged_on=event.triaged_on)


async def keep_referral_declined(tx: Transaction, event: ReferralDeclined) -> None:
    keep(tx, ReferralRow, **_which(event), declined_on=event.declined_on)


async def keep_supported(tx: Transaction, event: TriageSupportProvided) -> None:
    keep(tx, ReferralRow, **_which(event), supported_on=event.provided_on)


async def keep_age_corrected(tx: Transaction, event: AgeAtReferralCorrected) -> None:
    keep(tx, ReferralRow, **_which(event), under_25=event.under_25)


async def keep_duplicate_ended(tx: Transaction, event: DuplicateReferralEnded) -> None:
    """It counts nowhere, and the placement that ended with it is nobody's (BR-A5)."""
    keep(tx, ReferralRow, **_which(event), duplicate_on=event.ended_on)
    if event.allocation_id is not None and event.provider_id is not None:
        columns: dict[str, Any] = {"provider_id": event.provider_id, "withdrawn_on": event.ended_on}
        keep(tx, AllocationRow, **_which(event), allocation_id=event.allocation_id, **columns)


async def keep_restored(tx: Transaction, event: ReferralRestored) -> None:
    """It counts again; the placement that had ended stays ended, and a new one is made."""
    keep(tx, ReferralRow, **_which(event), duplicate_on=None)


async def keep_corrected(tx: Transaction, event: ReferralCorrected) -> None:
    """All of it as it stands now; one that adds to another goes on counting nowhere.

    Needs are counted as the referrer named them: what triage found since is another thing.
    """
    needs: dict[str, Any] = {"needs": list(event.needs)} if "needs" in event.changed else {}
    keep(
        tx,
        ReferralRow,
        **_which(event),
        source=event.source,
        agency_id=event.agency_id,
        referred_on=event.referred_on,
        under_25=event.under_25,
        **needs,
        duplicate_on=event.corrected_on if event.duplicate_of else None,
    )
    _keep_placement(tx, event, referred_on=event.referred_on, priority=event.priority)


async def keep_triage_corrected(tx: Transaction, event: TriageCorrected) -> None:
    _keep_placement(tx, event, priority=event.priority)


def _keep_placement(tx: Transaction, event: ReferralCorrected | TriageCorrected, **columns: Any) -> None:
    if event.allocation_id is not None and event.provider_id is not None:
        placement = {"allocation_id": event.allocation_id, "provider_id": event.provider_id}
        keep(tx, AllocationRow, **_which(event), **placement, **columns)


async def keep_reopened(tx: Transaction, event: ReferralReopened) -> None:
    """It ended by mistake: neither declined nor helped once."""
    keep(tx, ReferralRow, **_which(event), declined_on=None, supported_on=None)


Told = (
    ReferralReceived
    | ReferralTriaged
    | ReferralDeclined
    | TriageSupportProvided
    | AgeAtReferralCorrected
    | DuplicateReferralEnded
    | ReferralRestored
    | ReferralCorrected
    | ReferralReopened
    | TriageCorrected
)


def _which(event: Told) -> dict[str, Any]:
    return {"referral_id": event.referral_id, "participant_id": event.participant_id}
