"""The programme's part."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class ProgrammeRow(Base):
    """What case management owns of a programme, as last loaded."""

    __tablename__ = "programme"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    sha256: Mapped[str]
    part: Mapped[dict[str, Any]]
