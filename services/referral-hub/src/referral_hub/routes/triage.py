"""What the hub does with a referral, from asking back to placing the participant."""

from typing import Annotated
from uuid import UUID

from common.transaction import Transaction
from common.web.access import writing
from common.web.routing import Routes
from referral_hub.domain.referral import shown_to_agency
from referral_hub.operations.allocation.allocate_participant import allocate_participant
from referral_hub.operations.referrals.decline_referral import decline_referral
from referral_hub.operations.referrals.receive_information import receive_information
from referral_hub.operations.referrals.request_information import request_information
from referral_hub.operations.requests import (
    AllocationIn,
    DeclineIn,
    InformationIn,
    InformationRequestIn,
    TriageIn,
    TriageSupportIn,
)
from referral_hub.operations.triage.provide_triage_support import provide_triage_support
from referral_hub.operations.triage.triage_referral import triage_referral
from referral_hub.storage.tables.allocations import AllocationRow
from referral_hub.storage.tables.referrals import ReferralRow

from .responses.allocations import AllocationReceipt
from .responses.triage import AnswerReceipt, ReferralMoveReceipt

router = Routes(prefix="/v1/referrals", tags=["triage"])


NO_NOTE = TriageSupportIn()
AS_RECOMMENDED = AllocationIn()


@router.post("/{referral_id}/information-requests", status_code=201)
async def ask_for_information(
    referral_id: UUID, body: InformationRequestIn, tx: Annotated[Transaction, writing("hub")]
) -> ReferralMoveReceipt:
    """Ask the referrer for what is missing, or chase an answer (S-02). The clock runs on (BR-B6)."""
    return referral_answered(tx, await request_information(tx, referral_id, body.question_code, body.note))


@router.post("/{referral_id}/information")
async def give_information(
    referral_id: UUID, body: InformationIn, tx: Annotated[Transaction, writing("hub", "referrer")]
) -> ReferralMoveReceipt | AnswerReceipt:
    """Answer what the hub asked; once nothing is open the referral goes on where it was. 409: nothing is asked.

    A referring agency is told no version: of it, `If-Match` is 400.
    """
    referral = await receive_information(tx, referral_id, body.answer, body.question_id)
    if tx.actor.has("hub"):
        return referral_answered(tx, referral)
    return tx.answered(AnswerReceipt(id=referral.id, state=shown_to_agency(referral.state)))


@router.post("/{referral_id}/triage")
async def triage(referral_id: UUID, body: TriageIn, tx: Annotated[Transaction, writing("hub")]) -> ReferralMoveReceipt:
    """Complete the standard assessment (BR-A4, BR-A6). 422 `refused`: everything it still lacks."""
    return referral_answered(tx, await triage_referral(tx, referral_id, body))


@router.post("/{referral_id}/triage-support")
async def triage_support(
    referral_id: UUID, tx: Annotated[Transaction, writing("hub")], body: TriageSupportIn = NO_NOTE
) -> ReferralMoveReceipt:
    """One-off support, and the referral is closed: no start, never a claim (S-08, BR-C4)."""
    return referral_answered(tx, await provide_triage_support(tx, referral_id, body.note))


@router.post("/{referral_id}/decline")
async def decline(
    referral_id: UUID, body: DeclineIn, tx: Annotated[Transaction, writing("hub")]
) -> ReferralMoveReceipt:
    """Close a referral without placing it, visibly to the council (BR-A8). Risk is no reason (BR-A7)."""
    return referral_answered(tx, await decline_referral(tx, referral_id, body.asked))


@router.post("/{referral_id}/allocation", status_code=201)
async def allocate(
    referral_id: UUID, tx: Annotated[Transaction, writing("hub")], body: AllocationIn = AS_RECOMMENDED
) -> AllocationReceipt:
    """Place the participant with the provider recommended, or with another for a reason (BR-A2, BR-A3, S-07).

    409 `nobody-fits`: with the explanation; the referral stays on the waiting list.
    """
    return allocation_answered(tx, await allocate_participant(tx, referral_id, body.provider_id, body.override_reason))


def allocation_answered(tx: Transaction, allocation: AllocationRow) -> AllocationReceipt:
    return tx.answered(
        AllocationReceipt(
            id=allocation.id,
            referral_id=allocation.referral_id,
            participant_id=allocation.participant_id,
            provider_id=allocation.provider_id,
            recommended_provider_id=allocation.recommended_provider_id,
            overridden=allocation.override_reason is not None,
            state=allocation.state,
            version=allocation.version,
        )
    )


def referral_answered(tx: Transaction, referral: ReferralRow) -> ReferralMoveReceipt:
    return tx.answered(
        ReferralMoveReceipt(
            id=referral.id,
            participant_id=referral.participant_id,
            state=referral.state,
            priority=referral.priority,
            complex=referral.complex,
            version=referral.version,
        )
    )
