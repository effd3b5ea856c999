"""What a claim was judged on is a ruling too: when one comes, goes or is put right, those with such evidence follow."""

from claims.domain.claim import ENDS
from claims.domain.eligibility import Assessment
from claims.operations.advice.receipts import Receipts
from claims.storage import claims
from claims.storage.tables.claims import ClaimRow
from claims.storage.tables.equivalents import EvidenceEquivalentRow
from common.transaction import Transaction
from rulebook.equivalent import Equivalent

from .announce_changed_basis import announce_changed_basis
from .assess_claim import assess_again, judged_on


async def judge_on_ruling(tx: Transaction, equivalent: EvidenceEquivalentRow, receipts: Receipts) -> None:
    """Ask every rule again of claims for the outcome whose evidence has that kind, as the rulings are now.

    Each is locked before it is looked at: what is being verified meanwhile is found verified. An open claim says
    whether it is ready. One verified on a ruling that no longer stands stays as it is, and the council is told to look
    (BR-H13).
    """
    await tx.session.flush()
    pair = Equivalent(equivalent.outcome, equivalent.kind, equivalent.stands_for)
    ids = await claims.claims_evidenced_by(tx.session, tx.programme_id, pair.outcome, pair.kind)
    await claims.lock_subjects(tx.session, tx.programme_id, *{subject_id for _, subject_id in ids})
    for claim_id, _ in ids:
        claim = await claims.claim_to_change(tx.session, tx.programme_id, claim_id)
        if claim is None:
            continue
        if claim.state not in ENDS:
            await assess_again(tx, claim, "ruling", receipts)
            tx.touched(f"claim/{claim_id}", f"participant/{claim.participant_id}")
        elif claim.state == "verified" and claim.taken_back_on is None and await _has_fallen(tx, claim, pair):
            changes = [f"rulings.{pair.kind}"]
            announce_changed_basis(tx, claim, heard_revision=claim.revision, changes=changes)
            claim.version += 1


async def _has_fallen(tx: Transaction, claim: ClaimRow, pair: Equivalent) -> bool:
    """Whether it would pass were the pair accepted, and does not as rulings are now."""
    now, with_it = await judged_on(tx, claim), await judged_on(tx, claim, accepting=[pair])
    return bool(_refused_by(now) - _refused_by(with_it))


def _refused_by(assessment: Assessment) -> frozenset[str]:
    return frozenset(check.rule for check in assessment.checks if check.refusal is not None)
