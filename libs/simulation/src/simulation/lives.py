"""Simulated lives: what happens to people, drawn from a seed; never a figure that a report would show.

Published shares (sex, age, sources) are used where there are any; every other likelihood here is illustrative.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from common.programme.referrals import Agency, ReferralsFile

from .clock import months_after
from .outcomes import Achieved, Circumstances, Paper, achieved, fallen_short
from .people import Person, someone

Drawn = TypeVar("Drawn")

OLDEST_MONTH = 3
LAST_REFERRAL_DAYS = 14
"""Nobody is referred in the last days: their story would hardly begin."""
PLAN_DAYS = (24, 20, 17, 15)
"""From start to plan, by month of referral: illustrative, towards the published mean of 15."""
RETURNED = (0.20, 0.15, 0.10, 0.07)
QUERIED = (0.14, 0.10, 0.07, 0.05)
"""Of claims, by month of the simulation: illustrative, and falling, as people learn what is asked."""

NEEDS = (
    (("homelessness",), "generic", 0.34),
    (("homelessness", "mental-health"), "generic", 0.14),
    (("mental-health",), "mental-health", 0.14),
    (("substance-misuse", "mental-health"), "substance-misuse", 0.06),
    (("domestic-abuse",), "domestic-abuse", 0.12),
    (("offending", "homelessness"), "generic", 0.10),
    (("refugee",), "generic", 0.04),
    (("care-leaver",), "generic", 0.03),
    (("young-parent",), "generic", 0.03),
)
"""Needs, the specialism triage finds, and how often: illustrative."""

HOPES = (
    "A place of my own, with a door I can lock.",
    "To see my children at weekends.",
    "To get back to work, with my hands if I can.",
    "To sleep through the night again.",
    "To finish the course I started.",
    "To know my neighbours.",
)
STRENGTHS = ("Good with people", "Keeps appointments", "A sister who helps", "Has held a job", "Cooks well")

GENERIC_LIKELIHOODS = (
    ("ACC_PREV", 0.55, (5, 30)),
    ("FIN_RES", 0.35, (14, 50)),
    ("EDU_ENTRY", 0.22, (20, 70)),
    ("EMP_ENTRY", 0.18, (20, 80)),
    ("VOL_ENTRY", 0.12, (15, 60)),
)
"""Outcome, likelihood, and days after the plan: illustrative."""
DOMESTIC_ABUSE_LIKELIHOODS = (
    ("ACC_PREV", 0.45, (3, 20)),
    ("FIN_RES", 0.30, (14, 50)),
    ("DA_RISK", 0.60, (20, 50)),
    ("DA_LEGAL", 0.40, (10, 45)),
    ("DA_INDEP", 0.35, (40, 80)),
)


@dataclass(frozen=True, slots=True)
class Life:
    """One person's way through the partnership, as it will have happened. Dates are London dates."""

    number: int
    person: Person
    source: str
    agency_id: str | None
    circumstances: Circumstances
    risk_level: str
    intensity: str
    hope: str
    strength: str
    referred_on: date
    triaged_on: date
    allocated_on: date
    started_on: date
    plan_on: date
    score: int
    """Of the first assessment: the Star, or for domestic abuse the Power Form."""
    later_score: int | None
    """Of a second Star, three months later; none if it is not taken within the simulation."""
    dash: tuple[int, int] | None
    """DASH at referral and later, for domestic abuse."""
    outcomes: tuple[Achieved, ...]


def lives(seed: int, count: int, begins_on: date, ends_on: date, referrals: ReferralsFile) -> list[Life]:
    """The same people for the same seed, in order of referral; nothing happens after `ends_on`."""
    chance = Random(seed)  # noqa: S311 - a simulation is to be repeated, not to be secret
    span = (ends_on - begins_on).days - LAST_REFERRAL_DAYS
    days = [begins_on + timedelta(days=span * (number + chance.random()) / count) for number in range(count)]
    return [_life(Random(f"{seed}/{n}"), n, day, begins_on, ends_on, referrals) for n, day in enumerate(days, 1)]  # noqa: S311 - as above


def _life(
    chance: Random, number: int, referred_on: date, begins_on: date, ends_on: date, referrals: ReferralsFile
) -> Life:
    needs, specialism, _ = _drawn(chance, NEEDS, [weight for *_, weight in NEEDS])
    source, agency_id = _referrer(chance, referrals)
    homeless = "homelessness" in needs and chance.random() < 0.5
    month = _month(referred_on, begins_on)
    triaged_on = referred_on + timedelta(days=chance.randint(0, 2))
    allocated_on = triaged_on + timedelta(days=chance.randint(0, 1) if homeless else chance.randint(1, 11 - 2 * month))
    started_on = allocated_on + timedelta(days=chance.randint(1, 6))
    plan_on = started_on + timedelta(days=max(2, round(chance.gauss(PLAN_DAYS[month], 6))))
    life = Circumstances(needs, specialism, homeless, not homeless and chance.random() < 0.8, started_on)
    score = chance.randint(22, 60) if not life.restricted else chance.randint(12, 25)
    second_on = months_after(plan_on, 3)
    return Life(
        number=number,
        person=someone(chance, referred_on, number),
        source=source,
        agency_id=agency_id,
        circumstances=life,
        risk_level=chance.choice(("low", "medium", "medium", "high")),
        intensity=chance.choice(("low", "medium", "medium", "high")),
        hope=chance.choice(HOPES),
        strength=chance.choice(STRENGTHS),
        referred_on=referred_on,
        triaged_on=triaged_on,
        allocated_on=allocated_on,
        started_on=started_on,
        plan_on=plan_on,
        score=score,
        later_score=score + chance.randint(-1, 12) if second_on <= ends_on and not life.restricted else None,
        dash=_dash(chance) if life.restricted else None,
        outcomes=tuple(
            _with_troubles(chance, one, begins_on)
            for one in sorted(_achievements(chance, life, referred_on, plan_on), key=lambda one: one.achieved_on)
            if one.achieved_on <= ends_on
        ),
    )


def _achievements(chance: Random, life: Circumstances, referred_on: date, plan_on: date) -> Iterator[Achieved]:
    yield achieved("WB_INITIAL", plan_on, life)
    for outcome, likelihood, (soonest, latest) in _likelihoods(life):
        if chance.random() < likelihood:
            yield achieved(outcome, plan_on + timedelta(days=chance.randint(soonest, latest)), life)
    if life.housed and chance.random() < 0.6:
        yield achieved("ACC_3M", max(months_after(referred_on, 3), plan_on), life)
    if not life.restricted and chance.random() < 0.75:
        yield achieved("WB_2", months_after(plan_on, 3), life)


def _likelihoods(life: Circumstances) -> Sequence[tuple[str, float, tuple[int, int]]]:
    if life.restricted:
        return DOMESTIC_ABUSE_LIKELIHOODS
    if {"mental-health", "substance-misuse"} & set(life.needs):
        return (*GENERIC_LIKELIHOODS, ("SVC_ACCESS", 0.5, (10, 45)))
    return GENERIC_LIKELIHOODS


def _with_troubles(chance: Random, good: Achieved, begins_on: date) -> Achieved:
    """Some claims are returned by the prime, others queried by the council; both get what they ask for."""
    month = _month(good.achieved_on, begins_on)
    drawn = chance.random()
    if drawn < RETURNED[month]:
        return replace(good, sent_first=fallen_short(good, chance))
    if drawn < RETURNED[month] + QUERIED[month]:
        return replace(good, queried_for=chance.choice(_documents(good)))
    return good


def _month(day: date, begins_on: date) -> int:
    """Which month of the simulation, counted from nought; the last counts for all that follow."""
    return min((day.year - begins_on.year) * 12 + day.month - begins_on.month, OLDEST_MONTH)


def _documents(good: Achieved) -> list[Paper]:
    return [paper for paper in good.evidence if paper.kind != "case-note"]


def _dash(chance: Random) -> tuple[int, int]:
    first = chance.randint(10, 19)
    return first, first - chance.randint(3, 7)


def _referrer(chance: Random, referrals: ReferralsFile) -> tuple[str, str | None]:
    """A source by its published share, and one of its agencies."""
    source = _drawn(chance, referrals.sources, [float(source.share_basis_points) for source in referrals.sources])
    agencies: list[Agency] = [agency for agency in referrals.agencies if agency.source == source.source]
    return source.source, chance.choice(agencies).agency_id if source.has_agency else None


def _drawn(chance: Random, among: Sequence[Drawn], weights: Sequence[float]) -> Drawn:
    return chance.choices(among, weights)[0]
