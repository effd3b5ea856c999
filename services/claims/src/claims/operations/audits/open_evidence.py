"""An auditor sees the quarter granted to them, and is given the documents of its claims for some minutes (S-83)."""

from datetime import date
from uuid import UUID

from claims.domain.audit import is_of_a_quarter_granted
from claims.operations.assessment.assess_claim import outcome_as_heard
from claims.operations.problems import NotGranted
from claims.storage import audits, claims
from claims.storage.tables.claims import ClaimRow
from common.transaction import Transaction


async def quarters_seen(tx: Transaction) -> frozenset[str] | None:
    """The quarters beyond which the asker sees nothing; none where nothing ends their sight: it ends an auditor's."""
    if tx.actor.organisation_kind != "auditor":
        return None
    return await audits.granted_on(tx.session, tx.programme_id, tx.actor.organisation, tx.today)


async def statement_is_seen(tx: Transaction, month: date) -> None:
    """Raises `NotGranted` to an auditor to whom the month's quarter is not granted today."""
    quarters = await quarters_seen(tx)
    if quarters is not None and (refusal := is_of_a_quarter_granted([month], quarters)):
        raise NotGranted([refusal])


async def claim_is_seen(tx: Transaction, claim_id: UUID) -> None:
    """Raises `NotGranted` to an auditor, where it is on no statement of a quarter that is granted to them today."""
    quarters = await quarters_seen(tx)
    if quarters is None:
        return
    months = await audits.months_stating(tx.session, claim_id)
    if refusal := is_of_a_quarter_granted(months, quarters):
        raise NotGranted([refusal])


async def documents_of(tx: Transaction, claim: ClaimRow) -> tuple[UUID, ...]:
    """The documents among the evidence that the claim stands on."""
    outcome = outcome_as_heard(await claims.heard_revision(tx.session, claim), claim.subject_id)
    return tuple(item.item_id for item in outcome.evidence if item.sha256)
