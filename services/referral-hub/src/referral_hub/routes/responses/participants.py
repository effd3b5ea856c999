"""Who somebody is, and how that came to be known."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from common.transaction import Answer
from referral_hub.domain.identity import Verdict


class ParticipantName(BaseModel):
    """A name beside an id."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    given_name: str
    family_name: str
    """Either may be empty: some people have one name."""
    date_of_birth: date | None
    """The day, when it is known."""
    born_from: date | None
    born_until: date | None
    """Between which days, when it is an estimate; nothing at all when nobody knows."""
    restricted: bool
    """Need-to-know: domestic abuse (§2.M)."""
    merged_into: UUID | None


class ParticipantOut(ParticipantName):
    """Who someone is. Of a restricted participant, contact details are for hub, prime and lead provider alone."""

    aliases: list[UUID] = []
    """Other ids of the same person."""
    sex: str | None
    address: str | None
    phone: str | None
    email: str | None
    national_insurance: str | None
    nhs_number: str | None
    version: int


class CorrectionReceipt(Answer):
    """Which facts were put right, and what the rules say of the open referral now: the hub decides on it."""

    id: UUID
    version: int
    changed: list[str]
    refusals: list[dict[str, str]]


class ChangeOut(BaseModel):
    """One fact about who someone is, as it was and as it was then said to be."""

    model_config = ConfigDict(from_attributes=True)

    participant_id: UUID
    field: str
    before: str | None
    after: str | None
    taken: bool
    """False: an agency said so of somebody the hub is already in touch with; correct it if it is right."""
    reason: str
    changed_by: str
    organisation_id: str
    changed_at: datetime


class DecisionOut(BaseModel):
    """What somebody said of two records."""

    model_config = ConfigDict(from_attributes=True)

    participant_id: UUID
    other_id: UUID
    verdict: Verdict
    reason: str
    decided_by: str
    decided_at: datetime
    ended_referral_id: UUID | None


class HistoryOut(BaseModel):
    """How who someone is has been recorded, under every record they have had."""

    changes: list[ChangeOut]
    decisions: list[DecisionOut]


class MergeReceipt(Answer):
    id: UUID
    alias_id: UUID
    version: int
