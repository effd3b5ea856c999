"""The reasons of the catalogue."""

from datetime import date

from pydantic import BaseModel


class ReasonOut(BaseModel):
    """A code in words."""

    code: str
    title: str
    mend: str | None
    """What usually mends it."""
    acts: list[str]
    """What it may be said of."""
    may_be_given: bool
    """Today, of the act asked for; what was said with another stays readable."""
    until_on: date | None


class ReasonsOut(BaseModel):
    items: list[ReasonOut]
