"""The programme's part and its targets."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class ProgrammeRow(Base):
    """One accepted version of what reporting owns of a programme, without its targets; the newest is in force."""

    __tablename__ = "programme"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    part: Mapped[dict[str, Any]]


class KpiTargetsRow(Base):
    """One provider's monthly targets in a period, by tracker row (S-104)."""

    __tablename__ = "kpi_targets"
    __table_args__ = (
        ForeignKeyConstraint(["programme_id", "version"], ["programme.programme_id", "programme.version"]),
    )

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    until_on: Mapped[date | None]
    monthly: Mapped[dict[str, Any]]
    illustrative: Mapped[bool]
