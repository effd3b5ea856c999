"""Rate cards, prices, and where the contract stands."""

from datetime import date
from typing import Any

from common.transaction import Answer
from common.web.fields import AnswerBody


class ProgrammeReceipt(Answer):
    """What loading changed."""

    programme_id: str
    version: int
    changed: bool
    cards_proposed: list[str]
    """Put to prime and council by this loading, as `card/version`."""
    cards_waiting: list[str]
    """Every version in it that both have yet to accept."""


class CardLine(AnswerBody):
    """A version of a rate card, without prices."""

    card: str
    version: str
    title: str
    in_force_from: date
    in_force_until: date | None
    illustrative: bool
    sha256: str
    """The SHA-256 of its terms as they were accepted, in hexadecimal digits."""
    outcomes: list[dict[str, Any]]
    """Each outcome that may be claimed: how often, on what evidence and by which rules."""


class PriceOut(AnswerBody):
    """A price in pence; `illustrative` where no document publishes it."""

    outcome: str
    title: str
    price_pence: int
    illustrative: bool


class Prices(AnswerBody):
    card: str
    version: str
    items: list[PriceOut]


class Position(AnswerBody):
    """Where the programme stands with its cap, in pence."""

    cap_pence: int | None
    payable_to_date_pence: int
    value_to_date_pence: int
    remaining_pence: int | None
    closed_month: str | None
    """The last month whose statement was issued."""
