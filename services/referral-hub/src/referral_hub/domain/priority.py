"""Who must be placed first. The sources name no criteria; these are the programme's choice (BR-B5, A-29)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from .birth import Birth, is_under


@dataclass(frozen=True, slots=True)
class PriorityPolicy:
    """Which criteria are in force, by name, and their figures; data."""

    criteria: tuple[str, ...]
    release_within_days: int = 28
    young_under_age: int = 25


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known on the day of referral."""

    referred_on: date
    birth: Birth
    homeless_now: bool = False
    threatened_with_eviction: bool = False
    at_risk_of_domestic_abuse: bool = False
    tenancy_at_risk: bool = False
    release_on: date | None = None
    """When the participant leaves prison (S-18)."""


def is_homeless_now(life: Circumstances, policy: PriorityPolicy) -> bool:
    return life.homeless_now


def is_threatened_with_eviction(life: Circumstances, policy: PriorityPolicy) -> bool:
    return life.threatened_with_eviction


def is_at_risk_of_domestic_abuse(life: Circumstances, policy: PriorityPolicy) -> bool:
    return life.at_risk_of_domestic_abuse


def leaves_prison_soon(life: Circumstances, policy: PriorityPolicy) -> bool:
    if life.release_on is None:
        return False
    return 0 <= (life.release_on - life.referred_on).days <= policy.release_within_days


def is_young_with_a_tenancy_at_risk(life: Circumstances, policy: PriorityPolicy) -> bool:
    """Who may be young is placed as one who is: in doubt nobody waits longer for want of a birth date."""
    return life.tenancy_at_risk and is_under(policy.young_under_age, life.birth, life.referred_on) is not False


CRITERIA: Mapping[str, Callable[[Circumstances, PriorityPolicy], bool]] = {
    "homeless": is_homeless_now,
    "eviction-threat": is_threatened_with_eviction,
    "domestic-abuse": is_at_risk_of_domestic_abuse,
    "prison-release": leaves_prison_soon,
    "young-tenancy": is_young_with_a_tenancy_at_risk,
}
"""By the name a programme uses. A name that is not here is a KeyError: a fault in the programme's data."""


def reasons_for_priority(life: Circumstances, policy: PriorityPolicy) -> tuple[str, ...]:
    """Names of all criteria in force that are met, in the programme's order; a priority case has at least one."""
    return tuple(name for name in policy.criteria if CRITERIA[name](life, policy))
