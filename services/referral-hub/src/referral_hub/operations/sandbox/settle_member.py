"""Whoever plays the hub says which referral a made-up participant came by, once they are placed."""

from uuid import UUID

from common.transaction import Transaction
from common.web.refused import refuse_if_any
from referral_hub.operations.loading import referral_held
from referral_hub.operations.problems import NoSuchMember
from referral_hub.storage.sandbox import member_to_change
from referral_hub.storage.tables.sandbox import SandboxMemberRow
from rulebook.refusal import Refusal


async def settle_member(tx: Transaction, member_id: UUID, referral_id: UUID) -> SandboxMemberRow:
    """The member, placed; said again of one that is, nothing changes.

    Raises:
        NoSuchMember, NoSuchReferral
        Refused: the referral is not allocated to the provider that asked.
    """
    member = await member_to_change(tx.session, member_id)
    if member is None:
        raise NoSuchMember
    referral = await referral_held(tx, referral_id, is_shown=False)
    if referral.state != "allocated" or referral.provider_id != member.provider_id:
        refuse_if_any(
            [
                Refusal(
                    "not_placed_with_the_asker",
                    f"The referral is {referral.state}, and not with {member.provider_id}.",
                    "Allocate it to the provider that asked.",
                    kind="state",
                )
            ]
        )
    member.referral_id, member.participant_id = referral.id, referral.participant_id
    if member.state == "waiting":
        member.state = "placed"
    tx.touched(f"sandbox-member/{member.id}")
    return member
