"""A payment was taken back by mistake: another person verifies the claim again, at today's place under the caps."""

from uuid import UUID

from claims.domain.correction import another_person, was_taken_back
from claims.operations.advice.receipts import Receipts
from claims.operations.assessment.assess_claim import assess_again, no_rule_stands_against
from claims.operations.assessment.catch_up import outcome_was_withdrawn, was_corrected_since
from claims.operations.assessment.judge_others import others_judged
from claims.operations.loading import claim_among_others, hands_are_clean
from claims.operations.problems import CorrectionRefused, OutcomeIsGone, SameHands
from claims.operations.transitions import keep_act
from claims.storage.tables.claims import ClaimRow
from common.transaction import Transaction

from .check_reasons import check_reasons
from .verify_claim import fix_value


async def reinstate_claim(tx: Transaction, claim_id: UUID, code: str, reason: str, receipts: Receipts) -> ClaimRow:
    """Give a claim its payment again, if its key is still free and no rule stands against it.

    The adjustment stays on its statement; the claim is a line of this month's. What is left of the caps is what is
    payable: nobody verified meanwhile loses by it. It pays for what it was verified on; where the outcome has been
    corrected since, it is on the council's worklist.

    Raises:
        ReasonUnknown
        NoSuchClaim, StaleVersion
        CorrectionRefused: its payment has not been taken back.
        SameHands: whoever recorded, approved or submitted it, or took its payment back, does not reinstate it.
        OutcomeIsGone: its provider has taken the outcome back.
        RulesStandAgainst, AlreadyClaimed, MonthIsClosed, NobodyPays: as at any verification.
    """
    claim = await claim_among_others(tx, claim_id)
    tx.expect_version(claim.version)
    if refusal := was_taken_back(claim.taken_back_on):
        raise CorrectionRefused([refusal])
    hands_are_clean(tx, claim, "verify")
    if refusal := another_person(tx.actor.id, claim.taken_back_by):
        raise SameHands(refusal)
    await check_reasons(tx, "reinstatement", [code])
    if await outcome_was_withdrawn(tx, claim):
        raise OutcomeIsGone
    async with others_judged(tx, claim.subject_id):
        assessment = await assess_again(tx, claim, "reinstatement", receipts)
        no_rule_stands_against(assessment)
        event = await fix_value(tx, claim, assessment, reinstatement=code)
        claim.taken_back_on = claim.taken_back_by = None
        claim.basis_changed_on = tx.today if await was_corrected_since(tx, claim) else None
        claim.version += 1
        tx.announce(event)
        keep_act(tx, claim, "reinstate", event.event_id, code=code, why=reason)
    return claim
