"""An auditor is given, for some minutes, the documents of a claim of the quarter granted to them (S-83)."""

from uuid import UUID

from claims.domain.audit import claim_is_of_a_quarter_granted
from claims.operations.assessment.outcomes import outcome_as_heard
from claims.operations.problems import NotGranted
from claims.storage import audits, claims
from claims.storage.tables import Claim
from common.transaction import Transaction


async def documents_granted(tx: Transaction, claim: Claim) -> tuple[UUID, ...]:
    """The documents among the evidence that the claim stands on.

    Raises:
        NotGranted: it is on no statement of a quarter that is granted to the asker's organisation today.
    """
    months = await audits.months_stating(tx.session, claim.claim_id)
    granted = await audits.granted_on(tx.session, tx.programme_id, tx.actor.organisation, tx.today)
    if refusal := claim_is_of_a_quarter_granted(months, granted):
        raise NotGranted([refusal])
    outcome = outcome_as_heard(await claims.heard_revision(tx.session, claim), claim.subject_id)
    return tuple(item.item_id for item in outcome.evidence if item.sha256)
