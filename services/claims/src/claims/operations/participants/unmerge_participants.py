"""Two records were two people after all: each has its own keys again, and what one cost the other is given back."""

from collections.abc import Sequence

from sqlalchemy import delete, update

from claims.operations.assessment.announce_changed_basis import announce_changed_basis
from claims.operations.assessment.judge_others import others_judged
from claims.storage import claims
from claims.storage.tables.claims import ClaimRow
from claims.storage.tables.participants import ParticipantAliasRow
from common.contracts.referrals import ParticipantsUnmerged
from common.transaction import Transaction

UNMERGED = "participants_unmerged"


async def unmerge_participants(tx: Transaction, event: ParticipantsUnmerged) -> None:
    """Give each person the claims of their own records back (BR-C6, BR-G1).

    A claim refused as a duplicate of the other's is taken up again under its number. A payment taken back because of
    the other's stays so until the council has looked: it is on its worklist, and the outcome may be recorded anew.
    """
    await claims.lock_subjects(tx.session, tx.programme_id, event.participant_id, event.alias_id)
    async with others_judged(tx, event.participant_id, event.alias_id):
        await _forget(tx, event)
        await _give_back(tx, event)


async def _give_back(tx: Transaction, event: ParticipantsUnmerged) -> None:
    own = {event.alias_id, *event.others}
    rows = [
        claim
        for subject in sorted({event.participant_id, *own})
        for claim in await claims.claims_of_subject(tx.session, tx.programme_id, subject)
    ]
    for claim in rows:
        if claim.participant_id in own:
            claim.subject_id = event.alias_id
            tx.touched(f"claim/{claim.claim_id}", f"participant/{claim.participant_id}")
    await tx.session.flush()
    await _say_what_was_doubled(tx, rows)


async def _forget(tx: Transaction, event: ParticipantsUnmerged) -> None:
    """The alias stands by itself again, with those that had pointed to it."""
    ours = ParticipantAliasRow.programme_id == tx.programme_id
    await tx.session.execute(delete(ParticipantAliasRow).where(ours, ParticipantAliasRow.alias_id == event.alias_id))
    aliases = ParticipantAliasRow.alias_id.in_(event.others)
    await tx.session.execute(update(ParticipantAliasRow).where(ours, aliases).values(survivor_id=event.alias_id))
    tx.touched(f"participant/{event.participant_id}", f"participant/{event.alias_id}")


async def _say_what_was_doubled(tx: Transaction, rows: Sequence[ClaimRow]) -> None:
    subjects = {claim.claim_id: claim.subject_id for claim in rows}
    twins = await claims.taken_back_for(tx.session, list(subjects))
    for claim in rows:
        instead_of = twins.get(claim.claim_id)
        if instead_of is not None and subjects.get(instead_of, claim.subject_id) != claim.subject_id:
            announce_changed_basis(tx, claim, heard_revision=claim.revision, changes=(UNMERGED,))
            claim.version += 1
