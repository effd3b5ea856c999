"""Groups of made-up participants. A foreign key holds each to a programme that is a sandbox."""

from typing import Annotated

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from referral_hub.domain.made_up import Answer, MemberState

from .base import Base, Code, Day, Id, Reference, Whole


class SandboxGroupRow(Base):
    """What one provider's system asked for."""

    __tablename__ = "sandbox_group"
    __table_args__ = (
        Index("ix_sandbox_group_id", "programme_id", "id"),
        Index("ix_sandbox_group_provider_id", "programme_id", "provider_id", "id"),
    )

    id: Mapped[Id]
    programme_id: Mapped[Code]
    provider_id: Mapped[Code]
    participants: Mapped[Whole]
    answer: Mapped[Annotated[Answer, mapped_column(Text)]]
    asked_on: Mapped[Day]


class SandboxMemberRow(Base):
    """One of a group: how they are to be referred, and who they became."""

    __tablename__ = "sandbox_member"
    __table_args__ = (
        ForeignKeyConstraint(["group_id"], ["sandbox_group.id"]),
        Index("ix_sandbox_member_id", "programme_id", "id"),
        Index("ix_sandbox_member_state", "programme_id", "state", "id"),
        Index("ix_sandbox_member_answer", "programme_id", "answer", "id"),
        Index("ix_sandbox_member_provider_id", "programme_id", "provider_id", "id"),
        Index("ix_sandbox_member_group_id", "group_id"),
        Index("ix_sandbox_member_participant_id", "participant_id"),
    )

    id: Mapped[Id]
    programme_id: Mapped[Code]
    group_id: Mapped[Reference]
    provider_id: Mapped[Code]
    answer: Mapped[Annotated[Answer, mapped_column(Text)]]
    source: Mapped[Code]
    need: Mapped[Code]
    specialism: Mapped[Code]
    state: Mapped[Annotated[MemberState, mapped_column(Text)]]
    referral_id: Mapped[Reference | None]
    participant_id: Mapped[Reference | None]
