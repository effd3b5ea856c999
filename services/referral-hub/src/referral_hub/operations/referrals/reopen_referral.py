from typing import Literal
from uuid import UUID

from common.contracts.referrals import ReferralReopened
from common.transaction import Transaction
from referral_hub.domain.referral import before_its_end, is_open
from referral_hub.operations.correcting import put_right
from referral_hub.operations.loading import referral_held
from referral_hub.operations.problems import MoveNotPossible, ReferredAgain
from referral_hub.storage.allocations import decline_of_hub
from referral_hub.storage.participants import ids_of, participant_of, participant_to_change
from referral_hub.storage.referrals import referrals_of
from referral_hub.storage.tables.referrals import ReferralRow

from .tell_agency import tell_agency

ENDED = ("state", "closed_on", "closing_reason", "closing_note")


async def reopen_referral(tx: Transaction, referral_id: UUID, reason: str) -> ReferralRow:
    """Take back a decline of the hub's, or the end after one-off support, that was a mistake: the referral goes on
    where it was, and has waited all the while.

    Raises:
        MoveNotPossible: it is open, or its end is not the hub's to take back.
        ReferredAgain: the person has been referred again since.
        NoSuchReferral, StaleVersion: see `referral_held`.
    """
    referral = await referral_held(tx, referral_id)
    ended_as = _ended_as(referral)
    await _refuse_second(tx, referral)
    before = {name: getattr(referral, name) for name in ENDED}
    referral.state = before_its_end(triaged=referral.triaged_on is not None)
    referral.version += 1
    referral.closed_on = referral.closing_reason = referral.closing_note = None
    after = {name: getattr(referral, name) for name in ENDED}
    put_right(tx, "reopening", referral.id, referral.participant_id, reason, before, after)
    if decline := await decline_of_hub(tx.session, referral.id):
        decline.withdrawn_on = tx.today
        decline.version += 1
    tx.announce(
        ReferralReopened(
            **tx.envelope(),
            participant_id=referral.participant_id,
            referral_id=referral.id,
            ended_as=ended_as,
            reopened_on=tx.today,
        )
    )
    await tell_agency(tx, referral)
    return referral


def _ended_as(referral: ReferralRow) -> Literal["declined", "triage-support"]:
    if referral.state == "declined":
        return "declined"
    if referral.closing_reason == "triage-support":
        return "triage-support"
    remedy = "Refer the person again: the support after this referral has ended."
    raise MoveNotPossible(remedy if referral.state == "closed" else "Go on with it: it is open.", state=referral.state)


async def _refuse_second(tx: Transaction, referral: ReferralRow) -> None:
    """Held with the person, so that no referral comes in meanwhile."""
    await participant_to_change(tx.session, referral.participant_id)
    behind = await participant_of(tx.session, referral.participant_id)
    ids = await ids_of(tx.session, behind.id if behind else referral.participant_id)
    for one in await referrals_of(tx.session, ids):
        if is_open(one.state):
            raise ReferredAgain("Go on with the referral that has come since.", referral_id=str(one.id))
