"""Providers, and the room they have."""

from datetime import date

from pydantic import BaseModel


class ProviderOut(BaseModel):
    """A provider as the hub knows it now. Capacity and load are in units: one participant takes 1, 2 or 3 of them."""

    provider_id: str
    name: str
    specialisms: list[str]
    capacity: int
    load: int
    open_caseload: int
    """Participants placed and not closed."""
    joined_on: date
    left_on: date | None
    illustrative: bool
    """The capacity is ours, not published."""
