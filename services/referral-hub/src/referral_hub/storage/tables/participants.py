"""Who participants are: the only names; and who may see them."""

from typing import Annotated
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Identity, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from referral_hub.domain.identity import Verdict
from referral_hub.domain.referral import ReferralState

from .base import Base, Code, Day, Flag, Id, Instant, Reference, Whole, Words


class ParticipantRow(Base):
    """Who someone is: the only row in the whole installation with a name in it."""

    __tablename__ = "participant"
    __table_args__ = (
        Index("ix_participant_date_of_birth", "programme_id", "date_of_birth"),
        Index("ix_participant_name_key", "programme_id", "name_key"),
        Index("ix_participant_uncertain", "programme_id", "id", postgresql_where=text("date_of_birth is null")),
        Index("ix_participant_merged_into", "merged_into", postgresql_where=text("merged_into is not null")),
        Index(
            "ix_participant_national_insurance_whole",
            "programme_id",
            "national_insurance",
            postgresql_where=text("national_insurance is not null"),
        ),
        Index(
            "ix_participant_nhs_number",
            "programme_id",
            "nhs_number",
            postgresql_where=text("nhs_number is not null"),
        ),
    )

    id: Mapped[Id]
    programme_id: Mapped[Code]
    given_name: Mapped[Words]
    family_name: Mapped[Words]
    """Either may be empty: some people have one name."""
    name_key: Mapped[Words]
    date_of_birth: Mapped[Day | None]
    """The day, when it is known."""
    born_from: Mapped[Day | None]
    born_until: Mapped[Day | None]
    """The first and the last day it may have been, when it is an estimate."""
    sex: Mapped[Code | None]
    address: Mapped[Words | None]
    phone: Mapped[Words | None]
    email: Mapped[Words | None]
    national_insurance: Mapped[Words | None]
    nhs_number: Mapped[Words | None]
    restricted: Mapped[Flag]
    """Need-to-know: domestic abuse (§2.M)."""
    merged_into: Mapped[Reference | None]
    version: Mapped[Whole]

    @property
    def name(self) -> str:
        """As it is written."""
        return f"{self.given_name} {self.family_name}".strip()


class ParticipantSoundRow(Base):
    """How a word of a name sounds, that somebody is or was recorded with: its first letter, and its other consonants by
    the groups of Soundex. The database keeps it, by a trigger.
    """

    __tablename__ = "participant_sound"
    __table_args__ = (Index("ix_participant_sound_participant_id", "participant_id"),)

    programme_id: Mapped[Annotated[str, mapped_column(Text, primary_key=True)]]
    sound: Mapped[Annotated[str, mapped_column(Text, primary_key=True)]]
    participant_id: Mapped[Annotated[UUID, mapped_column(Uuid, primary_key=True)]]


class IdentityChangeRow(Base):
    """One fact about who someone is, as it was before and is after; goes when its participant does."""

    __tablename__ = "identity_change"
    __table_args__ = (Index("ix_identity_change_participant_id", "participant_id", "position"),)

    position: Mapped[Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]]
    programme_id: Mapped[Code]
    participant_id: Mapped[Reference]
    field: Mapped[Code]
    before: Mapped[Words | None]
    after: Mapped[Words | None]
    taken: Mapped[Flag]
    """False: an agency said so of somebody the hub is already in touch with; kept beside for the hub to look at."""
    reason: Mapped[Words]
    changed_by: Mapped[Code]
    organisation_id: Mapped[Code]
    changed_at: Mapped[Instant]


class IdentityDecisionRow(Base):
    """A person's word that two records are one, or are not; the last one about two counts."""

    __tablename__ = "identity_decision"
    __table_args__ = (
        Index("ix_identity_decision_participant_id", "participant_id", "position"),
        Index("ix_identity_decision_other_id", "other_id", "position"),
    )

    position: Mapped[Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]]
    programme_id: Mapped[Code]
    participant_id: Mapped[Reference]
    """Of two that are the same, the one that stays."""
    other_id: Mapped[Reference]
    verdict: Mapped[Annotated[Verdict, mapped_column(Text)]]
    reason: Mapped[Words]
    decided_by: Mapped[Code]
    decided_at: Mapped[Instant]
    joined_ids: Mapped[Annotated[list[UUID], mapped_column(ARRAY(Uuid))]]
    """What pointed to the other record, and points to the one that stays."""
    ended_referral_id: Mapped[Reference | None]
    """The open referral that ended as a duplicate, since one person has one."""
    ended_in: Mapped[Annotated[ReferralState | None, mapped_column(Text)]]
    """The state it was in."""


class ParticipantAccessRow(Base):
    """Which provider may see a participant, why, and from when until when; open while `until_on` is null."""

    __tablename__ = "participant_access"
    __table_args__ = (
        UniqueConstraint(
            "programme_id",
            "participant_id",
            "organisation_id",
            "scope",
            "source_id",
            name="uq_participant_access_source",
        ),
        Index("ix_participant_access_organisation", "organisation_id", "participant_id"),
    )

    position: Mapped[Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]]
    programme_id: Mapped[Code]
    participant_id: Mapped[Reference]
    organisation_id: Mapped[Code]
    scope: Mapped[Code]
    """`lead` by an allocation, `joint` by joint work."""
    source_id: Mapped[Reference]
    """The allocation, or the case that is worked on jointly."""
    shareable_only: Mapped[Flag]
    from_on: Mapped[Day]
    until_on: Mapped[Day | None]
