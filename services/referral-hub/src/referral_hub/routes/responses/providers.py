"""Providers, and the room they have."""

from datetime import date

from common.web.fields import AnswerBody


class ProviderOut(AnswerBody):
    """A provider as the hub knows it now. Capacity and load are in units: one participant takes 1, 2 or 3 of them."""

    provider_id: str
    name: str
    specialisms: list[str]
    capacity: int
    load: int
    open_caseload: int
    """How many participants were placed with the provider and are not closed."""
    joined_on: date
    left_on: date | None
    illustrative: bool
    """Whether the capacity is made up for illustration, because none was published."""
