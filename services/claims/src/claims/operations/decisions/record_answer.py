"""A council's verifier records what a source answered about a claim: that is evidence, and no document of anybody's."""

from uuid import UUID

from claims.domain.claim import ENDS
from claims.operations.advice.receipts import Receipts
from claims.operations.assessment.assess_claim import assess_again
from claims.operations.problems import NoSuchClaim, NotAnswered, NotInThatState
from claims.operations.transitions import keep_act
from claims.storage import answers, claims
from claims.storage.tables.claims import ClaimRow
from claims.storage.tables.requests import SourceAnswerRow
from common.ids import new_id
from common.transaction import Transaction
from rulebook.answers import Result


async def record_answer(tx: Transaction, claim_id: UUID, kind: str, result: Result, receipts: Receipts) -> ClaimRow:
    """Keep the answer beside those before it, and ask the rules again (S-80, BR-E6); the newest of a kind counts.

    Raises:
        NotAnswered: no source answers that kind of evidence in this programme.
        NoSuchClaim, StaleVersion
        NotInThatState: it is verified or withdrawn.
    """
    claim = await claims.claim_to_change(tx.session, tx.programme_id, claim_id)
    if claim is None:
        raise NoSuchClaim
    tx.expect_version(claim.version)
    kinds = (await answers.answers_about(tx.session, tx.programme_id, claim_id)).kinds
    if kind not in kinds:
        raise NotAnswered(kind, kinds)
    if claim.state in ENDS:
        raise NotInThatState(
            f"A claim that is {claim.state} is judged no more: challenge it if it is verified, or reopen it first.",
            state=claim.state,
        )
    tx.session.add(
        SourceAnswerRow(
            answer_id=new_id(),
            programme_id=tx.programme_id,
            provider_id=claim.provider_id,
            claim_id=claim_id,
            kind=kind,
            result=result,
            answered_on=tx.today,
            recorded_by=tx.actor.id,
        )
    )
    await tx.session.flush()
    claim.version += 1
    keep_act(tx, claim, "answer", None, kind=kind, result=result)
    await assess_again(tx, claim, "answer", receipts)
    return claim
