"""The programme month by month."""

from datetime import date

from common.web.fields import AnswerBody


class TallyOut(AnswerBody):
    """Counts of what happened, and the pence of what was verified."""

    referrals: int
    allocations: int
    """How many participants were allocated and not handed back."""
    starts: int
    closures: int
    outcomes_recorded: int
    """How many outcomes were recorded, by the day on which they were achieved; without those withdrawn."""
    outcomes_accepted: int
    """How many outcomes the council verified, by the day on which the prime approved them; without those taken back
    since."""
    claims_verified: int
    value_pence: int
    """What was earned, in pence: at the prices of the rate card, before payment windows and the cap, less what was
    taken back in the month."""
    payable_pence: int


class MonthOut(TallyOut):
    """One month."""

    month: date
    """The month, by its first day."""


class SummaryOut(AnswerBody):
    """Every month in which anything happened, oldest first, and all of them together."""

    programme_id: str
    months: list[MonthOut]
    total: TallyOut
    outcomes_per_person: str
    """Outcomes accepted, divided by participants who started: `5.7`; `n/a` where nobody did (BR-K11)."""
    re_referral_rate: str
    """The part of all referrals that were of people known before: `10.0%`; `n/a` where there are none (BR-C5, BR-K12).
    """
