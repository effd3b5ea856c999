"""What the tracker counts."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class TallyCellRow(Base):
    """By how much one count of one provider changes in one month; a tracker adds up the months to its own."""

    __tablename__ = "tally"

    programme_id: Mapped[str] = mapped_column(primary_key=True)
    provider_id: Mapped[str] = mapped_column(primary_key=True)
    """Nobody's, the empty text, for what the hub received."""
    counted: Mapped[str] = mapped_column(primary_key=True)
    """An outcome's code; `received`, `placed`, `started`, or another activity's name."""
    place: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    count: Mapped[int]
    """Never 0; less than 0 where more left than came."""
