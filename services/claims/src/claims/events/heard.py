"""What claims hears, and what it does about it."""

from typing import Any

from claims.operations.merge_participants import merge_participants
from claims.operations.take_up_outcome import take_up_outcome
from claims.operations.withdraw_claim import withdraw_outcome
from common.contracts.cases import OutcomeEvidenced, OutcomeWithdrawn
from common.contracts.referrals import ParticipantsMerged
from common.messaging.hearing import Reaction

REACTIONS: tuple[Reaction[Any], ...] = (
    Reaction(OutcomeEvidenced, take_up_outcome),
    Reaction(OutcomeWithdrawn, withdraw_outcome),
    Reaction(ParticipantsMerged, merge_participants),
)
