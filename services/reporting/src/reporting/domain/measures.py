"""Ratios the partnership watches. Each says what it divides by, for the sources leave it open (A-50)."""

from collections.abc import Iterable

from .ratio import Ratio
from .standing import Counts


def outcomes_per_person(counts: Counts, participants: int) -> Ratio:
    """Achieved outcomes to distinct participants who started (BR-K11); read it as `each`."""
    return Ratio(counts.achieved.total(), participants)


def re_referral_rate(returning: int, referrals: int) -> Ratio:
    """Referrals of people known before, of all referrals received (BR-K12, A-50)."""
    return Ratio(returning, referrals)


def mean_in_time(mean_days: float, target_days: int) -> bool:
    """Whether a wait was on average as short as its target: one longer wait breaks none (BR-B3)."""
    return mean_days <= target_days


def sustainment_rate(counts: Counts, entries: Iterable[str], achievements: Iterable[str]) -> Ratio:
    """Achieved outcomes of some codes to those of the entries before, e.g. `EMP_6_5W` to `EMP_ENTRY` (BR-K13)."""
    part, whole = (sum(counts.achieved[code] for code in set(codes)) for codes in (achievements, entries))
    return Ratio(part, whole)
