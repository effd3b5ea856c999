"""`money.toml`: who pays, up to what, and when outcomes are paid otherwise. With the cards, the claims part."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from .cases import ProviderCard
from .model import BasisPoints, Earlier, InForce, Model, Pence, Slug
from .partnership import SandboxTerm
from .rate_card import Proposing, RateCard
from .reasons import Reason

Percent = Annotated[int, Field(ge=1, le=100)]


class PayerShare(Model):
    """A payer's part of every outcome payment."""

    payer: Slug
    basis_points: BasisPoints


class Funding(InForce):
    """Who pays how much of outcomes achieved from one day until another (BR-H3, BR-H6)."""

    shares: Annotated[tuple[PayerShare, ...], Field(min_length=1)]
    """Who pays which part, in order: the first is rounded half up, the last takes the remainder."""
    illustrative: bool = False


class Window(Model):
    """A period whose outcomes are verified and not paid by outcome (BR-H7, A-35)."""

    mode: Slug
    from_on: date
    until_on: date
    monthly_grant_pence: Pence = 0
    """What is paid for each month in it instead of outcomes, in pence; it counts towards no share and no cap (S-90,
    A-37)."""
    illustrative: bool = False
    """Whether the dates and the grant are made up for illustration, because none were published."""


EARLIER_AUDIT = {
    "type": "object",
    "properties": {"sample_basis_points": {"description": "As all of it."}},
    "additionalProperties": False,
}
"""A document that was released names it, so that those who still send it find it in the newer one."""


class Money(Model):
    """`money.toml`."""

    cap_pence: Pence | None = None
    """The most that all outcomes may cost, in pence (BR-H4); null for no cap."""
    cap_illustrative: bool = False
    """Whether the cap is made up for illustration, because none was published."""
    cap_per_subject_pence: Pence | None = None
    """The most that the outcomes of one participant, family or cohort may cost, in pence (M-08); null for no cap."""
    cap_thresholds_percent: tuple[Percent, ...] = ()
    """The percentages of the cap at which an alert is raised (S-87)."""
    funding: tuple[Funding, ...]
    windows: tuple[Window, ...] = ()
    audit: Annotated[Earlier, WithJsonSchema(EARLIER_AUDIT)] = None


class ClaimsPart(Model):
    """What claims owns of a programme."""

    programme_id: Slug
    starts_on: date
    ends_on: date
    sandbox: SandboxTerm | None = None
    money: Money
    rate_cards: tuple[RateCard, ...]
    provider_cards: tuple[ProviderCard, ...]
    proposing: tuple[Proposing, ...] = ()
    """Why each version of a rate card is proposed, where the folder says so."""
    reasons: tuple[Reason, ...] = ()
    """The codes with which people say why; where it is left out, the codes that every programme has."""
    answered_kinds: tuple[Slug, ...] = ()
    """Kinds of evidence that are the answer of a source: the council records them, and nobody uploads them (BR-E6)."""

    def documents(self) -> tuple[dict[str, Any], ...]:
        """Each card as the JSON document that is kept, and that `rulebook.reading` reads."""
        return tuple(card.model_dump(mode="json") for card in self.rate_cards)
