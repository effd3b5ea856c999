"""Documents, their copies for reading, and the same file found twice."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from common.lists import crossed

from .base import Base


class DocumentRow(Base):
    """A document's facts; its bytes are in the store under `store_key`."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("store_key"),
        Index("ix_document_case_id", "case_id"),
        *crossed("document", ("added_at", "id"), "kind", "organisation_id"),
        *crossed("document", ("changed_in", "id")),
        Index("ix_document_sha256", "programme_id", "sha256", "id"),
    )

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
    changed_in: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """The transaction that last wrote it (`common.migrating.stamp_changes`)."""


class CopyRow(Base):
    """A document's copy for reading, never changed: made anew it is another edition, and the last is read."""

    __tablename__ = "reading_copy"
    __table_args__ = (UniqueConstraint("store_key"),)

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    case_id: Mapped[UUID]
    bytes: Mapped[int]
    sha256: Mapped[str]
    store_key: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class SameFileDecisionRow(Base):
    """What was said of two documents of the same bytes, never changed: of several, the last stands."""

    __tablename__ = "same_file_decision"
    __table_args__ = (
        Index("ix_same_file_decision_second_id", "second_id", "id"),
        Index("ix_same_file_decision_wrong_id", "wrong_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    first_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    second_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    decision: Mapped[str]
    wrong_id: Mapped[UUID | None]
    reason: Mapped[str]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]


class MisplacedRow(Base):
    """A document was found to be in the wrong case, or not to be after all: its case's provider sees this much."""

    __tablename__ = "misplaced_document"
    __table_args__ = (Index("ix_misplaced_document_document_id", "document_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    programme_id: Mapped[str]
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    misplaced: Mapped[bool]
