"""Figures by year, source and need."""

from common.web.fields import AnswerBody


class YearOut(AnswerBody):
    """Counts of one year of the programme; its first is 1. All are of what happened in that year."""

    year: int
    referrals: int
    returning: int
    """Referrals of people known before (BR-C5)."""
    under_25: int
    offending: int
    """Referrals that name offending among the needs."""
    helped_once: int
    """People who were helped once, without a case; they count as no start (BR-C4)."""
    starts_lcf: int
    starts_historic: int
    closures: int
    drop_ins: int
    """Drop-in visits of people whose support had ended; they count as no start (S-15)."""
    joint_cases: int
    claims_submitted: int
    claims_returned: int
    """Claims that the prime sent back."""
    claims_queried: int
    """Claims that the council asked about."""


class SourceOut(AnswerBody):
    """How many referrals came from one kind of referrer (S-03)."""

    source: str
    referrals: int


class PeopleWithOut(AnswerBody):
    """Accepted outcomes, and the distinct people who have at least one of them."""

    outcomes: int
    people: int


class SustainmentOut(AnswerBody):
    """How many accepted outcomes kept what was entered, of how many entries."""

    entered: int
    sustained: int
    sustainment_rate: str
    """The part of those who entered that kept it up: `66.0%`; `n/a` where nobody entered (BR-K13)."""


class FiguresOut(AnswerBody):
    """Year by year, and by source over all years."""

    programme_id: str
    years: list[YearOut]
    sources: list[SourceOut]
