"""What the referral hub announces."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from .event import Code, Event, ParticipantEvent, Topic

Intensity = Literal["low", "medium", "high"]
FundingStream = Literal["lcf", "historic"]


class ReferralReceived(ParticipantEvent):
    """A referral entered through the hub (BR-A1); the person may be known from before (BR-C6)."""

    topic: ClassVar[Topic] = "referrals"

    referral_id: UUID
    source: Code
    """Kind of referrer: `council`, `self`, `police` … (S-03)."""
    agency_id: Code | None = None
    pathway: Code | None = None
    referred_on: date
    returning: bool
    """The participant was known before this referral (BR-C1, S-14)."""
    funding_stream: FundingStream = "lcf"
    under_25: bool = False
    needs: tuple[Code, ...] = ()


class ReferralTriaged(ParticipantEvent):
    """Triage completed the standard assessment, aspirations first (BR-A4, BR-A6)."""

    topic: ClassVar[Topic] = "referrals"

    referral_id: UUID
    triaged_on: date
    specialism: Code
    intensity: Intensity
    complex: bool
    priority: bool


class TriageCorrected(ParticipantEvent):
    """A triage was put right; what is said here stands, and what rested on the other is judged again."""

    topic: ClassVar[Topic] = "referrals"

    referral_id: UUID
    corrected_on: date
    specialism: Code
    intensity: Intensity
    complex: bool
    priority: bool
    restricted: bool
    """Need-to-know: once said, it stays (§2.M)."""
    allocation_id: UUID | None = None
    provider_id: Code | None = None
    """With whom the participant is placed, if they are."""
    would_differ: bool | None = None
    """Whether the placement would have come out otherwise; none where there is none."""


class ReferralCorrected(ParticipantEvent):
    """Facts of a referral were put right: all of them as they stand now; `changed` names those that were not so."""

    topic: ClassVar[Topic] = "referrals"

    referral_id: UUID
    corrected_on: date
    changed: tuple[Code, ...]
    source: Code
    agency_id: Code | None = None
    pathway: Code | None = None
    referred_on: date
    funding_stream: FundingStream
    under_25: bool
    needs: tuple[Code, ...]
    priority: bool
    complex: bool
    restricted: bool
    """Need-to-know: once said, it stays (§2.M)."""
    housed_at_referral: bool
    stable_employment_at_referral: bool
    duplicate_of: UUID | None = None
    """The referral that this one adds to: it counts nowhere itself."""
    allocation_id: UUID | None = None
    provider_id: Code | None = None
    """With whom the participant is placed, if they are."""


class ReferralStandingChanged(Event):
    """What the agency that referred is shown of its referral changed: how it stands, or what it is asked (X-2).

    It says no more than the agency may read, and only when that is another thing than before: whom the referral is
    about, and how far they have come, it does not tell.
    """

    topic: ClassVar[Topic] = "referrals"

    referral_id: UUID
    agency_id: Code
    state: Literal["received", "awaiting-information", "declined", "closed"]
    closed_on: date | None = None
    asked: tuple[Code, ...] = ()
    """What the hub asks and the agency has not answered, by the programme's codes."""

    @property
    def subject(self) -> str:
        return f"referral/{self.referral_id}"

    @property
    def provider(self) -> str | None:
        return self.agency_id


class ReferralReopened(ParticipantEvent):
    """A referral was declined, or closed after one-off support, by mistake: it goes on where it was."""

    topic: ClassVar[Topic] = "referrals"

    referral_id: UUID
    ended_as: Literal["declined", "triage-support"]
    reopened_on: date


class ReferralDeclined(ParticipantEvent):
    """The hub closed a referral without allocating it; visible to the council (BR-A8)."""

    topic: ClassVar[Topic] = "referrals"

    referral_id: UUID
    reason: Code
    declined_on: date


class TriageSupportProvided(ParticipantEvent):
    """One-off support instead of a start on the full service; never a claim (S-08, BR-C4)."""

    topic: ClassVar[Topic] = "referrals"

    referral_id: UUID
    provided_on: date


class ParticipantAllocated(ParticipantEvent):
    """The hub placed a participant with a provider; no provider can choose (BR-A2, BR-A3)."""

    topic: ClassVar[Topic] = "referrals"

    referral_id: UUID
    allocation_id: UUID
    provider_id: Code
    referred_on: date
    allocated_on: date
    specialism: Code
    intensity: Intensity
    complex: bool
    priority: bool
    returning: bool
    restricted: bool = False
    """A domestic-abuse record: need-to-know (§2.M)."""
    funding_stream: FundingStream = "lcf"
    pathway: Code | None = None
    overridden: bool = False
    """A person at the hub chose another provider than the one recommended, with a reason (S-07)."""
    housed_at_referral: bool = False
    """Decides where sustainment starts: referral, or entry into accommodation (A-14)."""
    stable_employment_at_referral: bool = False
    """In stable employment for six months or more at referral (BR-G6)."""


class AllocationDeclined(ParticipantEvent):
    """A provider handed an allocation back, with a coded reason; visible to the council (BR-A7, BR-A8)."""

    topic: ClassVar[Topic] = "referrals"

    referral_id: UUID
    allocation_id: UUID
    provider_id: Code
    reason: Code
    complex: bool
    declined_on: date
    had_room: bool | None = None
    """Whether the provider had the capacity at that moment, whatever reason it gave (S-12)."""


class AllocationWithdrawn(ParticipantEvent):
    """The hub took its own placement back before the case began: no decline of the provider's (BR-A8)."""

    topic: ClassVar[Topic] = "referrals"

    referral_id: UUID
    allocation_id: UUID
    provider_id: Code
    withdrawn_on: date


class DeclineCorrected(ParticipantEvent):
    """Why a provider handed an allocation back, or the hub declined a referral, was put right."""

    topic: ClassVar[Topic] = "referrals"

    referral_id: UUID
    allocation_id: UUID | None = None
    """None where the hub declined the referral itself."""
    provider_id: Code | None = None
    reason: Code
    corrected_on: date


class ParticipantsMerged(ParticipantEvent):
    """Two records were one person; `participant_id` survives, `alias_id` points to it from now on."""

    topic: ClassVar[Topic] = "referrals"

    alias_id: UUID


class ParticipantsUnmerged(ParticipantEvent):
    """Two records are two people after all: `alias_id`, and `others` that pointed to it, stand by themselves again."""

    topic: ClassVar[Topic] = "referrals"

    alias_id: UUID
    others: tuple[UUID, ...] = ()


class ParticipantRestricted(ParticipantEvent):
    """The hub learnt of a risk of domestic abuse: what is recorded under this id is need-to-know for good (§2.M)."""

    topic: ClassVar[Topic] = "referrals"

    restricted_on: date


class ReferralJoined(ParticipantEvent):
    """Somebody with an open referral was referred again: it adds what its source says, and counts nowhere (BR-A5)."""

    topic: ClassVar[Topic] = "referrals"

    referral_id: UUID
    joined_to: UUID
    source: Code
    agency_id: Code | None = None
    referred_on: date


class DuplicateReferralEnded(ParticipantEvent):
    """Two records with open referrals were one person: this referral adds to the other and counts nowhere (BR-A5)."""

    topic: ClassVar[Topic] = "referrals"

    referral_id: UUID
    duplicate_of: UUID
    allocation_id: UUID | None = None
    """The placement that ended with it, and whose it was."""
    provider_id: Code | None = None
    ended_on: date


class ReferralRestored(ParticipantEvent):
    """A referral that had ended as a duplicate is of another person after all: it is open again and counts."""

    topic: ClassVar[Topic] = "referrals"

    referral_id: UUID
    restored_on: date


class AgeAtReferralCorrected(ParticipantEvent):
    """A birth date was put right, and with it whether the participant was under 25 when referred (S-17)."""

    topic: ClassVar[Topic] = "referrals"

    referral_id: UUID
    under_25: bool


class DropInRecorded(ParticipantEvent):
    """Light-touch support after closure; not a start, never a claim (S-15, BR-C3)."""

    topic: ClassVar[Topic] = "referrals"

    drop_in_id: UUID
    provider_id: Code | None = None
    dropped_in_on: date


class DropInCorrected(ParticipantEvent):
    """The day of a drop-in was put right."""

    topic: ClassVar[Topic] = "referrals"

    drop_in_id: UUID
    provider_id: Code | None = None
    dropped_in_on: date
    corrected_on: date


class DropInWithdrawn(ParticipantEvent):
    """A drop-in was recorded by mistake: it never happened."""

    topic: ClassVar[Topic] = "referrals"

    drop_in_id: UUID
    provider_id: Code | None = None
    withdrawn_on: date


class ProviderRegistered(Event):
    """A provider joined, changed or left the partnership (A-05)."""

    topic: ClassVar[Topic] = "referrals"

    provider_id: Code
    display_name: str
    """The organisation's name, never a person's."""
    specialisms: tuple[Code, ...]
    capacity: int
    joined_on: date
    left_on: date | None = None

    @property
    def subject(self) -> str:
        return f"provider/{self.programme_id}/{self.provider_id}"
