"""The claim a step is about: locked, as its asker saw it, and theirs to move."""

from uuid import UUID

from claims.domain.claim import Hands, Verb, hands_are_separate
from claims.storage import claims
from claims.storage.tables.claims import ClaimRow
from common.transaction import Transaction

from .audits.open_evidence import claim_is_seen
from .problems import NoSuchClaim, SameHands
from .transitions import state_after


async def claim_among_others(tx: Transaction, claim_id: UUID) -> ClaimRow:
    """The claim, with its participant's keys and all that uses them up locked: for what others may rest on (BR-F8).

    Raises:
        NoSuchClaim
    """
    locked_subject = None
    while (subject := await claims.subject_of(tx.session, tx.programme_id, claim_id)) != locked_subject:
        if subject is None:
            raise NoSuchClaim
        await claims.lock_subjects(tx.session, tx.programme_id, subject)
        locked_subject = subject  # and looked up again: two records may have become one, or two, meanwhile
    if locked_subject is None:
        raise NoSuchClaim
    rows = await claims.claims_of_subject(tx.session, tx.programme_id, locked_subject)
    return next(claim for claim in rows if claim.claim_id == claim_id)


async def claim_to_move(tx: Transaction, claim_id: UUID, verb: Verb) -> ClaimRow:
    """The claim, locked, unchanged since the asker saw it, movable so, and by these hands (BR-F5).

    Raises:
        NoSuchClaim, StaleVersion, NotInThatState, SameHands
    """
    claim = await claims.claim_to_change(tx.session, tx.programme_id, claim_id)
    if claim is None:
        raise NoSuchClaim
    tx.expect_version(claim.version)
    state_after(claim, verb)
    hands_are_clean(tx, claim, verb)
    return claim


def hands_are_clean(tx: Transaction, claim: ClaimRow, verb: Verb) -> None:
    """Raises `SameHands` if the actor has had a part that bars them from this one."""
    for recorder in claim.recorded_by:
        hands = Hands(recorder, claim.approved_by, claim.submitted_by, claim.verified_by)
        if refusal := hands_are_separate(verb, tx.actor.id, hands):
            raise SameHands(refusal)


async def claim_asked(tx: Transaction, claim_id: UUID) -> ClaimRow:
    """The claim, if the asker may see it; the read is kept in the audit.

    Raises:
        NoSuchClaim
        NotGranted: the asker is an auditor, and it is of no quarter granted to them.
    """
    claim = await claims.claim_seen(tx.session, claim_id)
    if claim is None:
        raise NoSuchClaim
    await claim_is_seen(tx, claim_id)
    tx.touched(f"claim/{claim_id}", f"participant/{claim.participant_id}")
    return claim


async def own_claim_asked(tx: Transaction, claim_id: UUID) -> ClaimRow:
    """As `claim_asked`, but no money of the lead's is shown to a joint provider (§2.M)."""
    claim = await claim_asked(tx, claim_id)
    if tx.actor.organisation_kind == "provider" and claim.provider_id != tx.actor.organisation:
        raise NoSuchClaim
    return claim
