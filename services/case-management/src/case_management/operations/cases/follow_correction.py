"""Follow what the hub put right: a case begins with the hub's facts, and its outcomes rest on them."""

from typing import Any

from case_management.operations.outcomes.announce_again import announce_again
from case_management.operations.support.restage import restage_all
from case_management.storage.cases import case_of_allocation, cases_of_referral
from case_management.storage.tables.cases import CaseRow
from common.contracts.referrals import ReferralCorrected, TriageCorrected
from common.transaction import Transaction

from .restrict_access import restrict_cases

REFERRAL_CORRECTED = "The hub put the referral right."
OF_REFERRAL = (
    "referred_on", "funding_stream", "complex", "priority", "housed_at_referral", "stable_employment_at_referral",
)  # fmt: skip
OF_TRIAGE = ("specialism", "intensity", "complex", "priority")
SAID_AGAIN = ("housed_at_referral", "stable_employment_at_referral")
"""Facts of the referral that an outcome may say again."""


async def follow_referral(tx: Transaction, event: ReferralCorrected) -> None:
    """Every case after the referral has the facts as they stand; outcomes that rest on others are announced again."""
    await _keep_restricted(tx, event)
    facts = {name: getattr(event, name) for name in SAID_AGAIN if name in event.changed}
    for row in await cases_of_referral(tx.session, event.participant_id, event.referral_id):
        await _follow(tx, row, event, OF_REFERRAL)
        await restage_all(tx, row, REFERRAL_CORRECTED)
        await announce_again(tx, row, "referral", facts=facts)


async def follow_triage(tx: Transaction, event: TriageCorrected) -> None:
    await _keep_restricted(tx, event)
    row = await case_of_allocation(tx.session, event.allocation_id) if event.allocation_id else None
    if row is not None:
        await _follow(tx, row, event, OF_TRIAGE)
        await announce_again(tx, row, "triage")


async def _follow(
    tx: Transaction, row: CaseRow, event: ReferralCorrected | TriageCorrected, names: tuple[str, ...]
) -> None:
    values: dict[str, Any] = {name: getattr(event, name) for name in names}
    if any(getattr(row, name) != value for name, value in values.items()):
        row.version += 1
    for name, value in values.items():
        setattr(row, name, value)
    tx.touched(f"case/{row.id}", f"participant/{row.participant_id}")


async def _keep_restricted(tx: Transaction, event: ReferralCorrected | TriageCorrected) -> None:
    """What `ParticipantRestricted` says is said by a correction alone in a log from before there was that event."""
    tx.touched(event.subject)
    if event.restricted:
        await restrict_cases(tx, event.participant_id)
