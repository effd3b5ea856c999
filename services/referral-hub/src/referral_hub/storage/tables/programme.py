"""The programme's part, and its providers."""

from typing import Annotated

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Code, Codes, Day, Flag, Json, Whole, Words


class ProgrammeRow(Base):
    """The hub's part of a programme, as last loaded."""

    __tablename__ = "programme"

    programme_id: Mapped[Annotated[str, mapped_column(Text, primary_key=True)]]
    part: Mapped[Json]
    """Of a `HubPart`, all but its providers."""
    version: Mapped[Whole]


class ProviderRow(Base):
    __tablename__ = "provider"

    programme_id: Mapped[Annotated[str, mapped_column(Text, primary_key=True)]]
    provider_id: Mapped[Annotated[str, mapped_column(Text, primary_key=True)]]
    name: Mapped[Words]
    legal_form: Mapped[Words]
    size: Mapped[Code]
    specialisms: Mapped[Codes]
    capacity: Mapped[Whole]
    joined_on: Mapped[Day]
    left_on: Mapped[Day | None]
    rate_card: Mapped[Code]
    illustrative: Mapped[Flag]
