"""Rate cards, prices, and where the contract stands."""

from datetime import date
from typing import Any

from pydantic import BaseModel

from common.transaction import Answer


class ProgrammeReceipt(Answer):
    """What loading changed."""

    programme_id: str
    version: int
    changed: bool
    cards_proposed: list[str]
    """Put to prime and council by this loading, as `card/version`."""
    cards_waiting: list[str]
    """Every version in it that both have yet to accept."""


class CardLine(BaseModel):
    """A version of a rate card, without prices."""

    card: str
    version: str
    title: str
    in_force_from: date
    in_force_until: date | None
    illustrative: bool
    sha256: str
    """Of its terms as accepted."""
    outcomes: list[dict[str, Any]]
    """Definitions: what is claimed, how often, on what evidence, by which rules."""


class PriceOut(BaseModel):
    """A price in pence; `illustrative` where no document publishes it."""

    outcome: str
    title: str
    price_pence: int
    illustrative: bool


class Prices(BaseModel):
    card: str
    version: str
    items: list[PriceOut]


class Position(BaseModel):
    """Where the programme stands with its cap, in pence."""

    cap_pence: int | None
    payable_to_date_pence: int
    value_to_date_pence: int
    remaining_pence: int | None
    closed_month: str | None
    """The last month whose statement was issued."""
