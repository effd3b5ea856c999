"""Placements, and why they came out so."""

from datetime import date
from typing import Annotated
from uuid import UUID

from common.transaction import Answer
from common.web.fields import AnswerBody, one_of
from referral_hub.domain.allocation import AllocationState, Intensity


class RefusalOut(AnswerBody):
    code: str
    reason: str
    remedy: str


class Criteria(AnswerBody):
    """What was asked of a provider. `capacity_needed` is in units."""

    specialism: str
    intensity: Intensity
    capacity_needed: int
    on: date
    tie_break: str


class CandidateOut(AnswerBody):
    """One provider as weighed then; `reasons` are all those against it. Capacity and load are in units."""

    provider_id: str
    fits: bool
    reasons: list[RefusalOut]
    capacity: int
    load: int
    open_caseload: int
    spare_share: float


class RecommendationOut(AnswerBody):
    """How every provider weighs for one participant now."""

    criteria: Criteria
    candidates: list[CandidateOut]
    """Every provider that was weighed, in order of preference: the fitting ones first."""
    recommended: str | None
    """The provider that was recommended, by its code; null while none fits, and the participant stays on the waiting
    list."""


class AllocationOut(AnswerBody):
    """An allocation with its full explanation (BR-A12)."""

    id: UUID
    referral_id: UUID
    participant_id: UUID
    provider_id: str
    state: Annotated[str, one_of(AllocationState)]
    allocated_on: date
    started_on: date | None
    ended_on: date | None
    version: int
    criteria: Criteria
    candidates: list[CandidateOut]
    """Every provider that was weighed, in order of preference: the fitting ones first."""
    recommended: str | None
    chosen: str
    override: str | None
    """Why a person at the hub chose another provider than the one recommended; null where nobody did."""


class RefusedDecline(Answer):
    """A decline that was not accepted: kept for hub and council, while the allocation stands."""

    type: str
    title: str
    status: int
    detail: str
    refusals: list[dict[str, str]]


class AllocationReceipt(Answer):
    """With whom a participant is placed."""

    id: UUID
    referral_id: UUID
    participant_id: UUID
    provider_id: str
    recommended_provider_id: str | None
    overridden: bool
    state: Annotated[str, one_of(AllocationState)]
    version: int
