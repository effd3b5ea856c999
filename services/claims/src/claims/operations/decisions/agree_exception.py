"""The council agrees to an exception on one claim: supported accommodation, stable employment, a crisis."""

from uuid import UUID

from claims.domain.claim import ENDS
from claims.operations.advice.receipts import Receipts
from claims.operations.assessment.assess_claim import assess_again
from claims.operations.problems import NoSuchClaim, NotInThatState
from claims.operations.transitions import keep_act
from claims.storage import claims
from claims.storage.tables.claims import ClaimRow
from claims.storage.tables.requests import AgreementRow
from common.transaction import Transaction


async def agree_exception(tx: Transaction, claim_id: UUID, code: str, receipts: Receipts) -> ClaimRow:
    """Record what the council agreed to, and ask the rules again (A-24, A-25). Agreeing twice changes nothing.

    Raises:
        NoSuchClaim, NotInThatState
    """
    claim = await claims.claim_to_change(tx.session, tx.programme_id, claim_id)
    if claim is None:
        raise NoSuchClaim
    tx.expect_version(claim.version)
    if claim.state in ENDS:
        raise NotInThatState(
            f"A claim that is {claim.state} needs no agreement; a withdrawn one is reopened first.", state=claim.state
        )
    if code not in await claims.agreements_on(tx.session, claim_id):
        tx.session.add(
            AgreementRow(
                claim_id=claim_id,
                code=code,
                programme_id=tx.programme_id,
                provider_id=claim.provider_id,
                agreed_by=tx.actor.id,
                agreed_on=tx.today,
            )
        )
        await tx.session.flush()
        claim.version += 1
        keep_act(tx, claim, "agree", None, code=code)
        await assess_again(tx, claim, "agreement", receipts)
    return claim
