from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from fastapi.responses import JSONResponse

from common.transaction import Transaction
from common.web.access import reading, writing
from common.web.problems import MEDIA_TYPE
from common.web.refused import Refused, told
from common.web.routing import Routes
from referral_hub.operations.allocation.decline_allocation import decline_allocation
from referral_hub.operations.allocation.withdraw_allocation import withdraw_allocation
from referral_hub.operations.problems import NoSuchAllocation
from referral_hub.operations.requests import DeclineIn, WithdrawalIn
from referral_hub.storage.allocations import allocation_of
from rulebook.refusal import Refusal

from .responses.allocations import AllocationOut, AllocationReceipt, RefusedDecline
from .roles import PROVIDER_ROLES
from .triage import allocation_answered

router = Routes(prefix="/v1/allocations", tags=["allocations"])


@router.get("/{allocation_id}")
async def read(
    allocation_id: UUID,
    tx: Annotated[Transaction, reading("hub", "prime-manager", "council-oversight", *PROVIDER_ROLES)],
    response: Response,
) -> AllocationOut:
    """Why a participant was placed where they are; a provider sees its own."""
    allocation = await allocation_of(tx.session, allocation_id)
    if allocation is None:
        raise NoSuchAllocation("Check the id.")
    response.headers["ETag"] = f'"{allocation.version}"'
    tx.touched(f"allocation/{allocation.id}", f"participant/{allocation.participant_id}")
    return AllocationOut(
        id=allocation.id,
        referral_id=allocation.referral_id,
        participant_id=allocation.participant_id,
        provider_id=allocation.provider_id,
        state=allocation.state,
        allocated_on=allocation.allocated_on,
        started_on=allocation.started_on,
        ended_on=allocation.ended_on,
        version=allocation.version,
        **allocation.explanation,
    )


@router.post(
    "/{allocation_id}/decline",
    responses={422: {"description": "`refused`: `too-high-risk` is never final; the hub owes a joint risk plan."}},
    response_model=AllocationReceipt,
)
async def decline(allocation_id: UUID, body: DeclineIn, tx: Annotated[Transaction, writing("provider-manager")]) -> Any:
    """Hand an allocation back, for one of the programme's reasons; the participant waits again (BR-A7, S-13).

    `too-high-risk` answers 422 with what to do instead, and is kept for the hub and the council to see.
    """
    allocation, refusals = await decline_allocation(tx, allocation_id, body.asked)
    if refusals:
        answer = tx.answered(_refused(refusals), status=422)
        return JSONResponse(answer.model_dump(), 422, media_type=MEDIA_TYPE)
    return allocation_answered(tx, allocation)


@router.post("/{allocation_id}/withdrawal")
async def withdraw(
    allocation_id: UUID, body: WithdrawalIn, tx: Annotated[Transaction, writing("hub")]
) -> AllocationReceipt:
    """Take a placement back that was a mistake; the participant waits again, and no provider has declined anybody.

    409: its case has begun.
    """
    return allocation_answered(tx, await withdraw_allocation(tx, allocation_id, body.reason))


def _refused(refusals: tuple[Refusal, ...]) -> RefusedDecline:
    detail = " ".join(refusal.remedy for refusal in refusals)
    return RefusedDecline(type=Refused.uri(), title=Refused.title, status=422, detail=detail, refusals=told(refusals))
