"""The programme's catalogue of reasons."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class ReasonCatalogueRow(Base):
    """The codes with which people say why, as last loaded; no row where that was before there were any."""

    __tablename__ = "reason_catalogue"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    reasons: Mapped[list[Any]]
