"""What was heard of a claim's outcome while the claim rested: it is taken up once the claim moves again."""

import json
from dataclasses import asdict

from pydantic_core import to_jsonable_python

from claims.domain.revision import what_changed
from claims.operations.decisions.withdraw_claim import take_it_back
from claims.storage import claims
from claims.storage.tables.claims import ClaimRow
from common.contracts.cases import OutcomeEvidenced
from common.transaction import Transaction

from .assess_claim import outcome_as_heard
from .revise_claim import take_up_revision

GONE = "outcome-withdrawn"


async def catch_up(tx: Transaction, claim: ClaimRow) -> None:
    """Withdraw a claim whose outcome is gone, or set it on the newest revision of it and ask every rule again."""
    if await outcome_was_withdrawn(tx, claim):
        take_it_back(tx, claim, GONE)
        return
    revisions = {each.revision: each for each in await claims.heard_revisions(tx.session, claim.claim_id)}
    if (newest := max(revisions)) > claim.revision:
        before, now = (outcome_as_heard(revisions[each], claim.subject_id) for each in (claim.revision, newest))
        event = OutcomeEvidenced.model_validate_json(json.dumps(revisions[newest].body))
        await take_up_revision(tx, claim, event, to_jsonable_python(asdict(what_changed(before, now))))


async def was_corrected_since(tx: Transaction, claim: ClaimRow) -> bool:
    """Whether a newer revision was heard than the one that the claim was judged on."""
    return max(each.revision for each in await claims.heard_revisions(tx.session, claim.claim_id)) > claim.revision


async def outcome_was_withdrawn(tx: Transaction, claim: ClaimRow) -> bool:
    """Whether its provider took the outcome back, before the claim rested or while it did."""
    for act in reversed(await claims.acts_on(tx.session, claim.claim_id)):
        if act.verb == "withdraw" and act.caused_by is not None:
            return True
        if act.verb == "basis-changed" and act.detail["withdrawn"]:
            return True
    return False
