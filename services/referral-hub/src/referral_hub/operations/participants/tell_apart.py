from uuid import UUID

from common.transaction import Transaction
from common.web.refused import refuse_if_any
from referral_hub.domain.identity import two_are_named
from referral_hub.operations.problems import AlreadyMerged
from referral_hub.storage.tables.participants import ParticipantRow
from rulebook.refusal import every_refusal

from .merge_participants import both_held, decided


async def tell_apart(tx: Transaction, participant_id: UUID, other_id: UUID, reason: str) -> ParticipantRow:
    """Say that two records alike are two people: neither is shown as a possible match of the other any more (F-2).

    Raises:
        NoSuchParticipant: one of them is absent.
        AlreadyMerged: they are joined: part them instead.
        Refused: the two are the same record.
    """
    refuse_if_any(every_refusal([two_are_named], participant_id, other_id))
    participant, other = await both_held(tx, participant_id, other_id)
    if (participant.merged_into or participant.id) == (other.merged_into or other.id):
        raise AlreadyMerged("They are one record: unmerge them, which says the same.", participant_id=str(other_id))
    tx.session.add(decided(tx, participant_id, other_id, "different", reason))
    participant.version += 1
    return participant
