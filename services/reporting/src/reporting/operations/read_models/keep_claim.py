"""Keep what claims says of an outcome: the state of its claim, when the prime accepted it, what was verified."""

from typing import Any

from common.contracts import claims
from common.contracts.claims import ClaimEvent
from common.transaction import Transaction
from reporting.storage.projecting import keep
from reporting.storage.tables.read_models import OutcomeRow


async def keep_claim(tx: Transaction, event: ClaimEvent) -> None:
    """One claim's events are in one stream, so the last one heard is the last one that happened."""
    keep(
        tx,
        OutcomeRow,
        outcome_id=event.outcome_id,
        participant_id=event.participant_id,
        provider_id=event.provider_id,
        outcome=event.outcome,
        slot=event.slot,
        claim_id=event.claim_id,
        claim_number=event.claim_number,
        claim_state=event.state_after,
        refusals=list(event.refusals) if isinstance(event, claims.ClaimRefused) else [],
        **_dated(event),
    )


async def keep_adjusted(tx: Transaction, event: claims.ClaimAdjusted) -> None:
    """Taken back, it stays verified and counts nowhere any more."""
    keep(
        tx,
        OutcomeRow,
        outcome_id=event.outcome_id,
        participant_id=event.participant_id,
        provider_id=event.provider_id,
        taken_back_on=event.adjusted_on,
    )


def _dated(event: ClaimEvent) -> dict[str, Any]:
    match event:
        case claims.ClaimRaised():
            return {"accepted_on": None}
        case claims.ClaimApproved():
            return {"accepted_on": event.approved_on}
        case claims.ClaimVerified():
            money = {"price_pence": event.price_pence, "payable_pence": event.payable_pence}
            money["above_cap_pence"] = event.above_cap_pence
            return money | {"verified_on": event.verified_on, "taken_back_on": None}
        case claims.VerificationUndone():
            return dict.fromkeys(("price_pence", "payable_pence", "above_cap_pence", "verified_on"))
        case _:
            return {}
