"""Claims of one participant rest on each other: when one comes, goes or is corrected, the others are judged again.

A second assessment needs the first, a second job that the first has ended; and of two for the same, one is a duplicate.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from claims.domain.claim import ENDS
from claims.domain.others import failing, rests_on_others
from claims.operations.transitions import about, move
from claims.storage import claims, rate_cards
from claims.storage.tables.claims import ClaimRow
from common.contracts.claims import ClaimReopened
from common.transaction import Transaction
from rulebook.claims_on_record import ClaimOnRecord

from .announce_changed_basis import announce_changed_basis
from .assess_claim import assess_again, judged_on
from .revise_claim import forget_approval

Records = Mapping[UUID, tuple[ClaimOnRecord, ...]]
"""What is on record for each participant."""


@asynccontextmanager
async def others_judged(tx: Transaction, *subject_ids: UUID) -> AsyncGenerator[Records]:
    """Whatever changes inside about claims of these participants, whose keys are locked, the others follow.

    An open claim is asked every rule again, and says whether it is ready; one refused as a duplicate of what is no
    longer there is taken up again; one verified on what no longer holds stands, and the council is told to look.

    Given is what is on record before.
    """
    before = await _on_record(tx, subject_ids)
    yield before
    if any(before.values()):
        await tx.session.flush()
        await _follow(tx, before, await _on_record(tx, subject_ids))


async def _on_record(tx: Transaction, subject_ids: Sequence[UUID]) -> Records:
    return {each: await claims.claims_on_record(tx.session, tx.programme_id, each) for each in set(subject_ids)}


async def _follow(tx: Transaction, before: Records, after: Records) -> None:
    had = {claim.claim_id: record for record in sorted(before.values(), key=len) for claim in record}
    others = [
        claim
        for subject in sorted(before)
        if any(_live(record) ^ _live(after[subject]) for record in before.values())
        for claim in await claims.claims_of_subject(tx.session, tx.programme_id, subject)
        if claim.claim_id in had and await _rests_on(tx, claim, _live(had[claim.claim_id]) ^ _live(after[subject]))
    ]
    if not others:
        return
    duplicates = await claims.refused_as_duplicates(tx.session, [claim.claim_id for claim in others])
    for claim in sorted(others, key=lambda each: each.claim_id not in duplicates):
        if claim.claim_id in duplicates:
            await _reopen(tx, claim)
        else:
            await _judge(tx, claim, had[claim.claim_id])


Live = frozenset[tuple[UUID, str, str, int]]


def _live(record: Sequence[ClaimOnRecord]) -> Live:
    """Which claims count, for what, on which revision."""
    return frozenset((claim.claim_id, claim.outcome, claim.slot, claim.revision) for claim in record if claim.live)


async def _rests_on(tx: Transaction, claim: ClaimRow, changes: Live) -> bool:
    """Whether what changed on its record matters to it; where it changed itself, it has been judged by that."""
    if not changes or claim.claim_id in {claim_id for claim_id, *_ in changes}:
        return False
    row = await rate_cards.accepted_card(tx.session, tx.programme_id, claim.rate_card, claim.rate_card_version)
    rate = None if row is None else rate_cards.card_as_accepted(row).rates.get(claim.outcome)
    return claim.outcome in {code for _, code, *_ in changes} or (rate is not None and rests_on_others(rate))


async def _judge(tx: Transaction, claim: ClaimRow, before: tuple[ClaimOnRecord, ...]) -> None:
    if claim.state not in ENDS:
        await assess_again(tx, claim, "others", None)
        tx.touched(f"claim/{claim.claim_id}", f"participant/{claim.participant_id}")
    elif claim.state == "verified" and claim.taken_back_on is None:
        fallen = failing(await judged_on(tx, claim)) - failing(await judged_on(tx, claim, on_record=before))
        if fallen:
            changes = [f"rules.{rule}" for rule in sorted(fallen)]
            announce_changed_basis(tx, claim, heard_revision=claim.revision, changes=changes)
            claim.version += 1


async def _reopen(tx: Transaction, claim: ClaimRow) -> None:
    """Take a claim up again whose key is free, as it was heard; whoever approves it does so anew."""
    assessment = await assess_again(tx, claim, "reopening", None)
    if assessment.duplicate:
        return
    forget_approval(claim)
    move(tx, claim, "reopen", ClaimReopened(**tx.envelope(), **about(claim), reopened_on=tx.today))
    await tx.session.flush()
