"""Somebody says that a verified claim should not have been: it goes on the council's worklist, and stands meanwhile."""

from uuid import UUID

from claims.domain.correction import nobody_has_challenged, payment_stands
from claims.operations.audits.open_evidence import claim_is_seen
from claims.operations.problems import CorrectionRefused, NoSuchClaim
from claims.operations.transitions import about, keep_act, state_of
from claims.storage import claims
from claims.storage.tables.claims import ClaimRow
from common.contracts.claims import ClaimChallenged
from common.transaction import Transaction

from .check_reasons import check_reasons


async def challenge_claim(tx: Transaction, claim_id: UUID, code: str, reason: str) -> ClaimRow:
    """Keep who challenges it and why; another person at the council decides (BR-F7, BR-H13).

    Raises:
        ReasonUnknown
        NoSuchClaim, NotGranted, StaleVersion
        CorrectionRefused: it pays nothing, or it has been challenged already.
    """
    claim = await claims.claim_to_change(tx.session, tx.programme_id, claim_id)
    if claim is None:
        raise NoSuchClaim
    await claim_is_seen(tx, claim_id)
    tx.expect_version(claim.version)
    await check_reasons(tx, "challenge", [code])
    checks = (payment_stands(state_of(claim), claim.taken_back_on), nobody_has_challenged(claim.challenged_by))
    if refusals := [refusal for refusal in checks if refusal is not None]:
        raise CorrectionRefused(refusals)
    event = ClaimChallenged(**tx.envelope(), **about(claim), reason=code, challenged_on=tx.today)
    claim.challenged_by, claim.basis_changed_on = tx.actor.id, tx.today
    claim.version += 1
    tx.announce(event)
    keep_act(tx, claim, "challenge", event.event_id, code=code, why=reason)
    return claim
