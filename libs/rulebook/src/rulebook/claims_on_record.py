"""What has been claimed before, as far as a rule may look at it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from .codes import ClaimState
from .fact import NO_FACTS, Facts

NOT_LIVE: frozenset[ClaimState] = frozenset({"refused", "withdrawn"})
"""These leave their key free for another claim."""


@dataclass(frozen=True, slots=True)
class ClaimOnRecord:
    """An earlier claim for the same participant (aliases resolved), by whichever provider and on whichever referral."""

    claim_id: UUID
    outcome_id: UUID
    outcome: str
    slot: str
    state: ClaimState
    achieved_on: date
    facts: Facts = NO_FACTS
    taken_back: bool = False
    """It was verified and its payment taken back: its key is free again."""
    revision: int = 1
    """Of its outcome, whose facts these are."""

    @property
    def live(self) -> bool:
        """Whether it holds its key, so that the same cannot be claimed again (BR-G1)."""
        return self.state not in NOT_LIVE and not self.taken_back
