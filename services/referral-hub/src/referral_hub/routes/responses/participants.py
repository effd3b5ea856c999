"""Who somebody is, and how that came to be known."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from common.transaction import Answer
from common.web.fields import AnswerBody
from referral_hub.domain.identity import Verdict


class ParticipantName(AnswerBody):
    """A name beside an id."""

    id: UUID
    given_name: str
    family_name: str
    """The family name. It or the given name may be empty: some people have one name."""
    date_of_birth: date | None
    """The date of birth, where it is known to the day."""
    born_from: date | None
    born_until: date | None
    """The latest day on which the person may have been born, where the date is an estimate; null where nobody knows."""
    restricted: bool
    """Whether only those who must know may see the record, as with domestic abuse (§2.M)."""
    merged_into: UUID | None


class ParticipantOut(ParticipantName):
    """Who someone is. Of a restricted participant, contact details are for hub, prime and lead provider alone."""

    aliases: list[UUID] = Field(default=[])
    """Other ids under which this person was known."""
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


class ChangeOut(AnswerBody):
    """One fact about who someone is, as it was and as it was then said to be."""

    participant_id: UUID
    field: str
    before: str | None
    after: str | None
    taken: bool
    """Whether it was taken over. If not, an agency said so of somebody the hub already knows: correct it if it is
    right."""
    reason: str
    changed_by: str
    organisation_id: str
    changed_at: datetime


class DecisionOut(AnswerBody):
    """What somebody said of two records."""

    participant_id: UUID
    other_id: UUID
    verdict: Verdict
    reason: str
    decided_by: str
    decided_at: datetime
    ended_referral_id: UUID | None


class HistoryOut(AnswerBody):
    """How who someone is has been recorded, under every record they have had."""

    changes: list[ChangeOut]
    decisions: list[DecisionOut]


class MergeReceipt(Answer):
    id: UUID
    alias_id: UUID
    version: int
