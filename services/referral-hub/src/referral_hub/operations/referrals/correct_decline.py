from uuid import UUID

from common.contracts.referrals import DeclineCorrected
from common.transaction import Transaction
from common.web.refused import refuse_if_any
from referral_hub.domain.decline import DeclineAttempt as DeclineAsked
from referral_hub.domain.decline import refusals_of_decline
from referral_hub.operations.correcting import put_right
from referral_hub.operations.loading import policy_in_force, speak_for_the_hub
from referral_hub.operations.problems import MoveNotPossible, NoSuchDecline
from referral_hub.storage.allocations import decline_of, decline_to_change
from referral_hub.storage.tables.allocations import DeclineRow


async def correct_decline(
    tx: Transaction, decline_id: UUID, why: str | None, account: str | None, reason: str
) -> DeclineRow:
    """Put right why somebody was declined: `why` is the programme's code, `reason` says what was wrong with it.

    Hub and council go on seeing what was said first (BR-A8).

    Raises:
        NoSuchDecline: absent, or another provider's.
        MoveNotPossible: it was never accepted, or was taken back.
        Refused: the reason is not one of the programme's, or nothing is different.
        StaleVersion: it changed since the asker read it.
    """
    policy = await policy_in_force(tx)
    decline = await _held(tx, decline_id)
    before = {"reason": decline.reason, "account": decline.account}
    decline.reason, decline.account = why or decline.reason, account or decline.account
    attempt = DeclineAsked(decline.reason, decline.account, by_hub=decline.provider_id is None)
    refuse_if_any(refusals_of_decline(attempt, policy.decline_reasons))
    decline.version += 1
    after = {"reason": decline.reason, "account": decline.account}
    put_right(tx, "decline", decline.id, decline.participant_id, reason, before, after)
    tx.announce(
        DeclineCorrected(
            **tx.envelope(),
            participant_id=decline.participant_id,
            referral_id=decline.referral_id,
            allocation_id=decline.allocation_id,
            provider_id=decline.provider_id,
            reason=decline.reason,
            corrected_on=tx.today,
        )
    )
    return decline


async def _held(tx: Transaction, decline_id: UUID) -> DeclineRow:
    own = await decline_of(tx.session, decline_id)
    if own is None:
        raise NoSuchDecline
    await speak_for_the_hub(tx)
    decline = await decline_to_change(tx.session, decline_id)
    if decline is None:
        raise NoSuchDecline
    tx.expect_version(decline.version)
    if not decline.final:
        raise MoveNotPossible("This decline was never accepted: decline again, for the reason that holds.")
    if decline.withdrawn_on is not None:
        raise MoveNotPossible("This decline was taken back when the referral was opened again: decline it again.")
    tx.touched(f"decline/{decline.id}", f"participant/{decline.participant_id}")
    return decline
