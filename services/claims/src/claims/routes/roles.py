"""Who may ask what (design §7, requirements §2.M)."""

from typing import Annotated

from fastapi import Depends, Request

from claims.domain.card_change import SIDES
from claims.operations.advice.receipts import Receipts
from common.web.roles import HELD_AT, ROLES

EVERYONE = tuple(sorted(ROLES - HELD_AT["service"]))
"""Services carry events on; they ask for nothing else."""
PROVIDERS = ("caseworker", "contracts-officer", "provider-manager", "provider-system")
CLAIM_READERS = ("prime-manager", "prime-finance", "council-verifier", "council-oversight", "auditor", *PROVIDERS)
COUNCIL = ("council-verifier", "council-oversight", "council-finance", "council-system")
MONEY_READERS = ("prime-manager", "prime-finance", "provider-manager", *COUNCIL, "auditor", "lcf-officer")
"""Who sees prices: not frontline staff (A-55)."""
CHALLENGERS = ("prime-manager", "prime-finance", "council-verifier", "council-oversight", "council-finance", "auditor")
"""Who may say that a verified claim should not have been; a verifier decides."""
STATEMENT_READERS = (
    *("prime-finance", "prime-manager", "council-finance", "council-verifier", "council-oversight"),
    *("auditor", "lcf-officer"),
)
POSITION_READERS = ("prime-finance", "prime-manager", "council-finance", "council-oversight")
CARD_PARTIES = (*SIDES, "operator")
"""Who drafts, proposes and withdraws versions of rate cards; only the sides accept and reject."""
CARD_READERS = (*CARD_PARTIES, "prime-finance", "council-finance", "council-verifier", "auditor")
CARD_REPLAYERS = (*SIDES, "prime-finance", "council-finance", "auditor")
"""Who may see, claim by claim and provider by provider, what a draft would change."""


async def signer(request: Request) -> Receipts:
    return request.app.state.receipts


Signer = Annotated[Receipts, Depends(signer)]
"""Who signs and reads the receipts of pre-checks."""
SEES_ALL = ("council-oversight", "council-verifier", "prime-manager")
