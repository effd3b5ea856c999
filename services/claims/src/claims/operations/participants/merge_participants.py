"""Two records were one person: their keys become one; what was verified twice is taken back once (BR-G1, BR-C6)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from claims.operations.assessment.judge_others import others_judged
from claims.operations.payment.take_back import take_back
from claims.operations.transitions import say_duplicate, stand_in, state_after
from claims.storage import claims
from claims.storage.tables.claims import ClaimRow
from claims.storage.tables.participants import ParticipantAliasRow
from common.contracts.referrals import ParticipantsMerged
from common.ids import new_id
from common.transaction import Transaction
from rulebook.claims_on_record import NOT_LIVE
from rulebook.kinds.always import LEAVE_OR_TAKE_BACK
from rulebook.refusal import Refusal

TWICE = "verified_twice"


async def merge_participants(tx: Transaction, event: ParticipantsMerged) -> None:
    """Resolve an alias for once-only: claims keep their ids and streams; duplicates are refused or taken back."""
    await claims.lock_subjects(tx.session, tx.programme_id, event.participant_id, event.alias_id)
    survivor = await claims.survivor_of(tx.session, tx.programme_id, event.participant_id)
    alias = await claims.survivor_of(tx.session, tx.programme_id, event.alias_id)
    if survivor == alias:
        return
    await claims.lock_subjects(tx.session, tx.programme_id, survivor, alias)
    async with others_judged(tx, survivor, alias):
        await _remember(tx, survivor, alias)
        await _join(tx, survivor, alias)


async def _join(tx: Transaction, survivor: UUID, alias: UUID) -> None:
    others = list(await claims.claims_of_subject(tx.session, tx.programme_id, survivor))
    for claim in await claims.claims_of_subject(tx.session, tx.programme_id, alias):
        if await _takes_its_place(tx, claim, others):
            claim.subject_id = survivor
            tx.touched(f"claim/{claim.claim_id}", f"participant/{claim.participant_id}")
            others.append(claim)
        await tx.session.flush()


async def _remember(tx: Transaction, survivor: UUID, alias: UUID) -> None:
    """Everyone who pointed to the alias, and the alias itself, points to the survivor from now on."""
    await tx.session.execute(
        update(ParticipantAliasRow)
        .where(ParticipantAliasRow.programme_id == tx.programme_id, ParticipantAliasRow.survivor_id == alias)
        .values(survivor_id=survivor)
    )
    await tx.session.execute(
        insert(ParticipantAliasRow).values(
            programme_id=tx.programme_id, alias_id=alias, survivor_id=survivor, merged_on=tx.today
        )
    )
    tx.touched(f"participant/{survivor}", f"participant/{alias}")


async def _takes_its_place(tx: Transaction, claim: ClaimRow, others: Sequence[ClaimRow]) -> bool:
    """Whether the alias's claim may use the survivor's key; of two live claims, one gives way."""
    rival = next((other for other in others if _same_key(claim, other)), None)
    if not _is_live(claim) or rival is None:
        return True
    if claim.state == rival.state == "verified":
        earlier, later = sorted((claim, rival), key=lambda each: (str(each.verified_on), each.number))
        await take_back(tx, later, TWICE, tx.cause or new_id(), earlier, instead_of=earlier.number)
        return False
    loser, winner = (rival, claim) if claim.state == "verified" else (claim, rival)
    _refuse(tx, loser, winner)
    await tx.session.flush()
    return True


def _same_key(claim: ClaimRow, other: ClaimRow) -> bool:
    same = (claim.subject_kind, claim.outcome, claim.slot) == (other.subject_kind, other.outcome, other.slot)
    return same and _is_live(other)


def _is_live(claim: ClaimRow) -> bool:
    return claim.state not in NOT_LIVE and claim.taken_back_on is None


def _refuse(tx: Transaction, loser: ClaimRow, winner: ClaimRow) -> None:
    stand_in(loser, state_after(loser, "refuse-duplicate"), tx.today)
    loser.version += 1
    refusal = Refusal(
        "already_claimed",
        f"{loser.outcome} ({loser.slot}) is claimed by {winner.number}: two records of a participant were one person.",
        LEAVE_OR_TAKE_BACK,
    )
    say_duplicate(tx, loser, [refusal])
