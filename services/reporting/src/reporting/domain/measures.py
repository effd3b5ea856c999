"""Ratios the partnership watches. Each says what it divides by, for the sources leave it open (A-50)."""

from .ratio import Ratio
from .standing import Counts


def outcomes_per_person(counts: Counts, participants: int) -> Ratio:
    """Achieved outcomes to distinct participants who started (BR-K11); read it as `each`."""
    return Ratio(counts.achieved.total(), participants)


def re_referral_rate(returning: int, referrals: int) -> Ratio:
    """Referrals of people known before, of all referrals received (BR-K12, A-50)."""
    return Ratio(returning, referrals)


def sustainment_rate(counts: Counts, entered: str, sustained: str) -> Ratio:
    """Achieved outcomes of one code to those of the entry before it, e.g. `EMP_6_5W` to `EMP_ENTRY` (BR-K13)."""
    return Ratio(counts.achieved[sustained], counts.achieved[entered])
