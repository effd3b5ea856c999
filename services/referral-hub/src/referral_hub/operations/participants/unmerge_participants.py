from uuid import UUID

from common.contracts.referrals import ParticipantsUnmerged, ReferralRestored
from common.transaction import Transaction
from referral_hub.domain.referral import ReferralState, is_open
from referral_hub.operations.problems import NotMerged
from referral_hub.operations.referrals.tell_agency import tell_agency
from referral_hub.storage.decisions import last_joining
from referral_hub.storage.participants import end_shared_access, ids_of, separate_aliases
from referral_hub.storage.referrals import hold_open_referrals, referral_to_change
from referral_hub.storage.tables.participants import ParticipantRow
from referral_hub.storage.tables.referrals import ReferralRow

from .merge_participants import both_held, decided


async def unmerge_participants(tx: Transaction, survivor_id: UUID, alias_id: UUID, reason: str) -> ParticipantRow:
    """Say that two records that were joined are two people after all, and put back what was joined (BR-C6).

    The other record stands by itself again with those that had pointed to it; a referral that had ended as a duplicate
    is open again, to be placed anew; who saw the survivor for the other's sake sees it no more. What was recorded of
    the survivor meanwhile stays with it, and need-to-know is never lifted.

    Raises:
        NoSuchParticipant: one of them is absent.
        NotMerged: the other does not point to this one, or this one was joined to a third: part these first.
    """
    joining = await last_joining(tx.session, survivor_id, alias_id)
    await hold_open_referrals(tx.session, await ids_of(tx.session, survivor_id))
    survivor, alias = await both_held(tx, survivor_id, alias_id)
    if alias.merged_into != survivor.id:
        into = survivor.merged_into or alias.merged_into
        remedy = f"Begin with the participant that both were merged into: {into}." if into else "They are two already."
        raise NotMerged(remedy)
    alias.merged_into = None
    alias.version += 1
    survivor.version += 1
    others = tuple(joining.joined_ids) if joining else ()
    await separate_aliases(tx.session, others, alias.id)
    await end_shared_access(tx.session, [alias.id, *others], survivor.id, tx.today)
    tx.session.add(decided(tx, survivor_id, alias_id, "different", reason))
    if joining is not None and joining.ended_referral_id is not None:
        await _reopen_referral(tx, joining.ended_referral_id, joining.ended_in)
    tx.announce(ParticipantsUnmerged(**tx.envelope(), participant_id=survivor.id, alias_id=alias.id, others=others))
    return survivor


async def _reopen_referral(tx: Transaction, referral_id: UUID, ended_in: ReferralState | None) -> None:
    """Open again what had ended as a duplicate, unless its person has another open referral by now."""
    referral = await referral_to_change(tx.session, referral_id)
    if referral is None or referral.closing_reason != "duplicate" or await _has_another(tx, referral):
        return
    referral.state = "triaged" if ended_in in (None, "allocated") else ended_in
    referral.joined_to = referral.closing_reason = referral.closed_on = None
    referral.provider_id = referral.allocation_id = None
    referral.version += 1
    tx.touched(f"referral/{referral.id}")
    tx.announce(
        ReferralRestored(
            **tx.envelope(),
            participant_id=referral.participant_id,
            referral_id=referral.id,
            restored_on=tx.today,
        )
    )
    await tell_agency(tx, referral)


async def _has_another(tx: Transaction, referral: ReferralRow) -> bool:
    ids = await ids_of(tx.session, referral.participant_id)
    return any(is_open(one.state) for one in await hold_open_referrals(tx.session, ids))
