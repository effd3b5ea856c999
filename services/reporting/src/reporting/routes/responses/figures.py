"""Figures by year, source and need."""

from pydantic import BaseModel


class YearOut(BaseModel):
    """Counts of one year of the programme; its first is 1. All are of what happened in that year."""

    year: int
    referrals: int
    returning: int
    """Referrals of people known before (BR-C5)."""
    under_25: int
    offending: int
    """Referrals that name offending among the needs."""
    helped_once: int
    """One-off support, no start (BR-C4)."""
    starts_lcf: int
    starts_historic: int
    closures: int
    drop_ins: int
    """Light-touch support of people whose support had ended; no start (S-15)."""
    joint_cases: int
    claims_submitted: int
    claims_returned: int
    """By the prime."""
    claims_queried: int
    """By the council."""


class SourceOut(BaseModel):
    """How many referrals came from one kind of referrer (S-03)."""

    source: str
    referrals: int


class PeopleWithOut(BaseModel):
    """Accepted outcomes, and the distinct people who have at least one of them."""

    outcomes: int
    people: int


class SustainmentOut(BaseModel):
    """How many accepted outcomes kept what was entered, of how many entries."""

    entered: int
    sustained: int
    sustainment_rate: str
    """`66.0%`, or `n/a` where nobody entered (BR-K13)."""


class FiguresOut(BaseModel):
    """Year by year, and by source over all years."""

    programme_id: str
    years: list[YearOut]
    sources: list[SourceOut]
