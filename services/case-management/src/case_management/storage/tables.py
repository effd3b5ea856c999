"""What case management remembers. Rows of one case carry its id; migration 0002 says who sees them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, DateTime, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from case_management.domain.assessment import Stage
from case_management.domain.case import Phase
from case_management.domain.correction import CorrectionKind
from case_management.domain.plan import PlanKind
from common.database import base_for_service

Base = base_for_service()
Base.registry.update_type_annotation_map(
    {
        str: Text,
        int: BigInteger,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        list[str]: ARRAY(Text),
    }
)


class ProgrammeRow(Base):
    """What case management owns of a programme, as last loaded."""

    __tablename__ = "programme"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    sha256: Mapped[str]
    part: Mapped[dict[str, Any]]


class CaseRow(Base):
    """One allocation of a participant to a lead provider, from then until closure."""

    __tablename__ = "support_case"
    __table_args__ = (
        UniqueConstraint("allocation_id"),
        Index("ix_support_case_allocated_on", "programme_id", "allocated_on", "id"),
        Index("ix_support_case_participant_id", "participant_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    participant_id: Mapped[UUID]
    referral_id: Mapped[UUID]
    allocation_id: Mapped[UUID]
    provider_id: Mapped[str]
    state: Mapped[str]
    restricted: Mapped[bool]
    referred_on: Mapped[date]
    allocated_on: Mapped[date]
    started_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    closure_reason: Mapped[str | None]
    phase: Mapped[Phase] = mapped_column(Text)
    phase_since: Mapped[date | None]
    worker: Mapped[str | None]
    funding_stream: Mapped[str]
    specialism: Mapped[str]
    intensity: Mapped[str]
    complex: Mapped[bool]
    priority: Mapped[bool]
    returning: Mapped[bool]
    housed_at_referral: Mapped[bool]
    stable_employment_at_referral: Mapped[bool]
    version: Mapped[int] = mapped_column(default=1)


class AccessRow(Base):
    """A provider's sight of a case: the lead's, or a joint provider's while the work is joint."""

    __tablename__ = "case_access"
    __table_args__ = (
        Index(
            "uq_case_access_open", "case_id", "organisation_id", unique=True, postgresql_where=text("until_on is null")
        ),
        Index("ix_case_access_organisation_id", "organisation_id", "case_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    participant_id: Mapped[UUID]
    organisation_id: Mapped[str]
    lead_id: Mapped[str]
    scope: Mapped[str]
    shareable_only: Mapped[bool]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    """They never worked on it: agreed by mistake."""


class AliasRow(Base):
    """A participant id that turned out to be another's; cases keep the id they began with."""

    __tablename__ = "participant_alias"

    alias_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    survivor_id: Mapped[UUID]


class PhaseRow(Base):
    """From a day on the case is in a phase, with a worker: at its start, by a change of phase, by a hand-over."""

    __tablename__ = "case_phase"
    __table_args__ = (Index("ix_case_phase_case_id", "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    phase: Mapped[Phase] = mapped_column(Text)
    changed_on: Mapped[date]
    worker: Mapped[str | None]
    """None where the one before goes on."""
    withdrawn_on: Mapped[date | None]
    """It was never so: recorded by mistake."""


class PlanRow(Base):
    """A plan as agreed; a later agreement is another row."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("case_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    kind: Mapped[PlanKind] = mapped_column(Text)
    version: Mapped[int]
    agreed_on: Mapped[date]
    goals: Mapped[list[dict[str, Any]]]
    recorded_by: Mapped[str]
    withdrawn_on: Mapped[date | None]
    """It was never agreed: recorded by mistake, and in force on no day."""


class AssessmentRow(Base):
    """A scored assessment."""

    __tablename__ = "assessment"
    __table_args__ = (Index("ix_assessment_case_id", "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    instrument: Mapped[str]
    stage: Mapped[Stage] = mapped_column(Text)
    score: Mapped[int]
    assessed_on: Mapped[date]
    recorded_by: Mapped[str]
    withdrawn_on: Mapped[date | None]
    """It was never taken, or is recorded twice: it counts for no stage and for no outcome."""


class NoteRow(Base):
    """A case note, never changed."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_case_id", "case_id", "noted_on", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    words: Mapped[str]
    channel: Mapped[str | None]
    attempt: Mapped[bool]
    tailored_how: Mapped[str]
    noted_on: Mapped[date]
    written_at: Mapped[datetime]
    author: Mapped[str]
    organisation_id: Mapped[str]
    shareable: Mapped[bool]
    corrects: Mapped[UUID | None] = mapped_column(ForeignKey("note.id"))


class DocumentRow(Base):
    """A document's facts; its bytes are in the store under `store_key`."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("store_key"), Index("ix_document_case_id", "case_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    kind: Mapped[str]
    dated_on: Mapped[date | None]
    shareable: Mapped[bool]
    media_type: Mapped[str]
    bytes: Mapped[int]
    sha256: Mapped[str]
    store_key: Mapped[str]
    added_by: Mapped[str]
    organisation_id: Mapped[str]
    added_at: Mapped[datetime]


class OutcomeRow(Base):
    """An outcome; what was said of it is in its revisions."""

    __tablename__ = "outcome"
    __table_args__ = (Index("ix_outcome_case_id", "case_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    outcome: Mapped[str]
    slot: Mapped[str]
    state: Mapped[str]
    revision: Mapped[int]
    recorded_by: Mapped[str]
    withdrawn_on: Mapped[date | None]
    withdrawal_reason: Mapped[str | None]


class RevisionRow(Base):
    """One revision of an outcome, never changed (BR-E12)."""

    __tablename__ = "outcome_revision"
    __table_args__ = (Index("ix_outcome_revision_case_id", "case_id"),)

    outcome_id: Mapped[UUID] = mapped_column(ForeignKey("outcome.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    achieved_on: Mapped[date]
    slot: Mapped[str | None]
    """None of a revision kept by a version that could not correct it: the outcome's own."""
    quantity: Mapped[int]
    facts: Mapped[dict[str, Any]]
    contributors: Mapped[list[str]]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    basis: Mapped[dict[str, Any] | None]
    """What the record said when it was announced, of all that a rule may look at; none while it is not evidenced."""
    cause: Mapped[str | None]
    """What was put right, where nobody said the outcome itself anew."""


class CitationRow(Base):
    """A document or note that supports a revision of an outcome."""

    __tablename__ = "citation"
    __table_args__ = (
        Index("ix_citation_item_id", "item_id"),
        Index("ix_citation_case_id", "case_id"),
    )

    outcome_id: Mapped[UUID] = mapped_column(ForeignKey("outcome.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    kind: Mapped[str]
    sha256: Mapped[str | None]
    dated_on: Mapped[date | None]


class ClosureRequestRow(Base):
    """A request to close a case, and what the prime decided."""

    __tablename__ = "closure_request"
    __table_args__ = (
        Index("uq_closure_request_open", "case_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_closure_request_case_id", "case_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    reason: Mapped[str]
    by_participant: Mapped[bool]
    requested_by: Mapped[str]
    requested_on: Mapped[date]
    state: Mapped[str]
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    decision_reason: Mapped[str | None]
    withdrawn_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)


class FundRow(Base):
    """What the personalisation fund has approved so far: the lock under which its last pound is given."""

    __tablename__ = "fund"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    approved_pence: Mapped[int]


class InnovationRow(Base):
    """A change of a service that a provider asks the fund to finance, and what the board decided (BR-O8)."""

    __tablename__ = "innovation"
    __table_args__ = (Index("ix_innovation_requested_on", "programme_id", "requested_on", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    provider_id: Mapped[str]
    outcome: Mapped[str]
    amount_pence: Mapped[int]
    purpose: Mapped[str]
    requested_by: Mapped[str]
    requested_on: Mapped[date]
    state: Mapped[str]
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    decision_reason: Mapped[str | None]
    version: Mapped[int]


class FundRequestRow(Base):
    """Something asked of the fund for a participant, and what was decided."""

    __tablename__ = "fund_request"
    __table_args__ = (
        Index("ix_fund_request_case_id", "case_id"),
        Index("ix_fund_request_participant_id", "participant_id"),
        Index("ix_fund_request_requested_on", "programme_id", "requested_on", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    participant_id: Mapped[UUID]
    provider_id: Mapped[str]
    category: Mapped[str]
    outcome: Mapped[str]
    amount_pence: Mapped[int]
    level: Mapped[str]
    split: Mapped[bool]
    requested_by: Mapped[str]
    requested_on: Mapped[date]
    state: Mapped[str]
    decided_by: Mapped[str | None]
    decided_on: Mapped[date | None]
    decision_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)


class CorrectionRow(Base):
    """What somebody put right, and why: what stood before stays readable."""

    __tablename__ = "correction"
    __table_args__ = (Index("ix_correction_case_id", "case_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("support_case.id"))
    kind: Mapped[CorrectionKind] = mapped_column(Text)
    of_id: Mapped[UUID]
    """The case, or the part of it that was put right."""
    reason: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    made_by: Mapped[str]
    """The actor's id: never a name."""
    made_at: Mapped[datetime]
