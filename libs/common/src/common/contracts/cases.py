"""What case management announces."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt

from rulebook.outcome import AssessmentStage, PlanKind

from .event import Code, Event, Part, ParticipantEvent, Pence, Topic
from .referrals import FundingStream

FactName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Fact = StrictBool | StrictInt | date | Code
"""A typed, pseudonymous fact a rule needs: pence earned, hours, a date, `employer_recorded: true`; never prose."""

Receipt = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$", max_length=4096)]
"""What a pre-check in claims signed; claims alone can make and read one."""


class CaseStarted(ParticipantEvent):
    """A provider made first contact and took the case up: a new start on the full service."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    referral_id: UUID
    provider_id: Code
    referred_on: date
    started_on: date
    funding_stream: FundingStream = "lcf"


class CaseStartCorrected(ParticipantEvent):
    """The day a case started was put right."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    referral_id: UUID
    provider_id: Code
    referred_on: date
    started_on: date
    corrected_on: date


class CaseStartWithdrawn(ParticipantEvent):
    """A case had not started: its start was recorded by mistake, and it awaits its first contact."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    referral_id: UUID
    provider_id: Code
    referred_on: date
    withdrawn_on: date


class SupportPlanAgreed(ParticipantEvent):
    """A support plan, or for domestic abuse a safety plan, was agreed with the participant (S-33, S-34)."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    plan_id: UUID
    kind: PlanKind
    version: int
    agreed_on: date
    days_from_allocation: int
    """Calendar days, for the support-plan clock (S-10, BR-B3)."""


class SupportPlanCorrected(ParticipantEvent):
    """The kind of a plan, or the day it was agreed, was put right."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    plan_id: UUID
    kind: PlanKind
    version: int
    agreed_on: date
    days_from_allocation: int
    first_agreed_on: date
    """Of all the case's plans that stand: where the support-plan clock stops now (BR-B3)."""
    first_days_from_allocation: int
    corrected_on: date


class SupportPlanWithdrawn(ParticipantEvent):
    """A plan was never agreed, or is recorded twice; it was in force on no day."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    plan_id: UUID
    first_agreed_on: date | None
    """Of the plans that still stand, if any does."""
    first_days_from_allocation: int | None
    withdrawn_on: date


class AssessmentRecorded(ParticipantEvent):
    """A scored assessment with a named instrument: Homelessness Star, Power Form, DASH (S-35 to S-37)."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    assessment_id: UUID
    instrument: Code
    stage: AssessmentStage
    score: int
    assessed_on: date


class AssessmentCorrected(ParticipantEvent):
    """A score, its day or its stage was put right; a stage also follows other assessments. All as it stands now."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    assessment_id: UUID
    instrument: Code
    stage: AssessmentStage
    score: int
    assessed_on: date
    corrected_on: date


class AssessmentWithdrawn(ParticipantEvent):
    """An assessment was never taken, or recorded twice; it counts for no stage and no outcome."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    assessment_id: UUID
    instrument: Code
    withdrawn_on: date


class CasePhaseChanged(ParticipantEvent):
    """Intensive, light-touch, and back on crisis (BR-D2)."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    phase: Literal["intensive", "light-touch"]
    changed_on: date


class CasePhaseCorrected(ParticipantEvent):
    """The phase a case is in, or since when, was put right."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    phase: Literal["intensive", "light-touch"]
    changed_on: date
    """The first day of that phase, as it stands now."""
    corrected_on: date


class JointWorkAgreed(ParticipantEvent):
    """A second provider works on the case and may see it while joint (BR-D8, BR-D12)."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    """The lead provider."""
    joint_provider_id: Code
    agreed_on: date
    shareable_only: bool = False
    """A restricted (domestic-abuse) record: the joint provider sees what the lead marks shareable."""
    joint_work_id: UUID | None = None


class JointWorkEnded(ParticipantEvent):
    """The second provider's work on the case, and with it their access, ended."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    joint_provider_id: Code
    ended_on: date
    joint_work_id: UUID | None = None


class JointWorkCorrected(ParticipantEvent):
    """Joint work was put right: with whom, from when, until when, and what they see. All as it stands now."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    """The lead provider."""
    joint_work_id: UUID
    joint_provider_id: Code
    agreed_on: date
    ended_on: date | None
    shareable_only: bool
    instead_of: Code | None = None
    """Who was named before, where another was: they never worked on the case by this agreement."""
    sees_it: bool
    """Whether the joint provider sees the case now, by this agreement or another."""
    corrected_on: date


class JointWorkWithdrawn(ParticipantEvent):
    """Joint work was never agreed: the other provider contributed to nothing by it, and sees nothing by it."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    """The lead provider."""
    joint_work_id: UUID
    joint_provider_id: Code
    sees_it: bool
    """Whether that provider sees the case by another agreement."""
    withdrawn_on: date


class AccessRestricted(ParticipantEvent):
    """The record became need-to-know: joint providers see only what the lead shares from now on (§2.M)."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    """The lead provider."""
    reason: Code
    restricted_on: date


class CaseClosureRequested(ParticipantEvent):
    """A provider, or the participant, asked to close; the prime oversees each closure (BR-D4, BR-D6)."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    reason: Code
    by_participant: bool
    requested_on: date


class CaseClosed(ParticipantEvent):
    """The prime confirmed the closure (S-47)."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    reason: Code
    closed_on: date


class CaseClosureRequestCorrected(ParticipantEvent):
    """Why closure was asked for, or at whose wish, was put right before anybody decided on it: all as it stands now."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    request_id: UUID
    reason: Code
    by_participant: bool
    requested_on: date
    corrected_on: date


class CaseClosureRequestWithdrawn(ParticipantEvent):
    """Who asked to close a case took it back before anybody decided on it: the case goes on."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    request_id: UUID
    withdrawn_on: date


class CaseClosureCorrected(ParticipantEvent):
    """Why, or on which day, a case closed was put right: what is said here stands."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    reason: Code
    closed_on: date
    corrected_on: date


class CaseReopened(ParticipantEvent):
    """A case was closed by mistake: it goes on, with its lead alone, and never closed."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    referral_id: UUID
    provider_id: Code
    started_on: date | None
    """None where the case has not begun."""
    reopened_on: date


class EvidenceItem(Part):
    """One item that supports an outcome: a document, or a case note. Never its content."""

    item_id: UUID
    kind: Code
    """What it is, in the rate card's words: `landlord-letter`, `self-certification`, `case-note` …"""
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    """Of the document's bytes; none for a case note."""
    dated_on: date | None = None


class AssessmentResult(Part):
    """A result an outcome's rules may look at."""

    assessment_id: UUID
    instrument: Code
    stage: AssessmentStage
    score: int
    assessed_on: date


class PlanInForce(Part):
    """The plan agreed with the participant, if there is one."""

    plan_id: UUID
    kind: PlanKind
    agreed_on: date


class OutcomeRecorded(ParticipantEvent):
    """An outcome was achieved; evidence may still be outstanding (BR-E11, BR-K5). Said again where it is put right."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    outcome_id: UUID
    outcome: Code
    """The rate card's code, e.g. `ACC_3M`."""
    slot: Code
    """Which of several allowed: `only`, `first`, `second`, `mental-health`, `substance`, `volunteering` …"""
    achieved_on: date


class OutcomeEvidenced(ParticipantEvent):
    """An outcome and everything a rule may look at, as facts. A correction is a new `revision` of the same outcome.

    Whole in itself: claims decides from this event and its own claims alone.
    """

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    referral_id: UUID
    provider_id: Code
    outcome_id: UUID
    revision: int = Field(ge=1)
    outcome: Code
    slot: Code
    subject_kind: Literal["participant", "family", "cohort"] = "participant"
    quantity: int = Field(default=1, ge=1)
    unit: Code = "outcome"
    achieved_on: date
    referred_on: date
    service_started_on: date
    funding_stream: FundingStream = "lcf"
    recorded_by: Code
    """Pseudonymous id of the person who recorded it: the submitter in the separation of duties (BR-F5)."""
    contributors: tuple[Code, ...] = ()
    """Other providers who contributed, on a joint case (BR-D10)."""
    evidence: tuple[EvidenceItem, ...]
    facts: dict[FactName, Fact] = Field(default_factory=dict[FactName, Fact])
    assessments: tuple[AssessmentResult, ...] = ()
    plan: PlanInForce | None = None
    receipt: Receipt | None = None
    """Of the pre-check made on these facts, if there was one."""
    cause: Code | None = None
    """What the outcome rests on was put right: `assessment`, `plan`, `start` …; none when it was itself said anew."""


class OutcomeWithdrawn(ParticipantEvent):
    """The provider recorded the outcome by mistake and took it back."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    outcome_id: UUID
    reason: Code
    withdrawn_on: date


class FundRequestDecided(ParticipantEvent):
    """The personalisation fund approved or refused something for a participant (S-49, BR-O2, BR-O3)."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    request_id: UUID
    category: Code
    outcome: Code
    """The outcome it serves (BR-O4)."""
    amount_pence: Pence
    decision: Literal["approved", "refused"]
    level: Literal["manager", "board"]
    """Who decided: the provider's manager up to the delegated amount, the board above it."""
    split: bool = False
    """Earlier requests were counted with it, so that it went to the board (BR-O6)."""
    decided_on: date


class FundRequestCorrected(ParticipantEvent):
    """What was asked of the fund was put right; of what was approved, less is needed. All as it stands now."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    request_id: UUID
    state: Literal["open", "approved"]
    category: Code
    outcome: Code
    amount_pence: Pence
    level: Literal["manager", "board"]
    split: bool
    corrected_on: date


class FundRequestWithdrawn(ParticipantEvent):
    """Who asked the fund took it back: nothing is bought; what was approved is the fund's again."""

    topic: ClassVar[Topic] = "cases"

    case_id: UUID
    provider_id: Code
    request_id: UUID
    amount_pence: Pence
    was_approved: bool
    withdrawn_on: date


class InnovationDecided(Event):
    """The board approved or refused a change of a service from the personalisation fund (BR-O8)."""

    topic: ClassVar[Topic] = "cases"

    innovation_id: UUID
    provider_id: Code
    outcome: Code
    """The outcome it is to serve (BR-O4)."""
    amount_pence: Pence
    decision: Literal["approved", "refused"]
    decided_on: date

    @property
    def subject(self) -> str:
        return f"innovation/{self.innovation_id}"


class InnovationWithdrawn(Event):
    """A provider took back what it had asked of the fund for its service; what was approved is the fund's again."""

    topic: ClassVar[Topic] = "cases"

    innovation_id: UUID
    provider_id: Code
    amount_pence: Pence
    was_approved: bool
    withdrawn_on: date

    @property
    def subject(self) -> str:
        return f"innovation/{self.innovation_id}"
