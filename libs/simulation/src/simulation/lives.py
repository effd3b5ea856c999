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

LAST_REFERRAL_DAYS = 14
"""Nobody is referred in the last days: their story would hardly begin."""
RESTS_DAYS = 70
RESTS_ONCE_DAYS = 14
"""After a case closes, or after one-off help, before the person comes back: everyone has heard by then."""
CONTACTS, STARTS, HISTORIC = 8_521, 6_395, 523
"""Published (001:2381), but the last: 5,872 and 532 are printed as 6,395, 9 fewer; we take the 9 from the 532."""

FIRST_YEAR = 12
"""Months in which waits, plan days, returns and queries fall from what they were at first."""
PLAN_DAYS = (50, 15)
"""From allocation to plan, at first and in the end: published means (001:2179)."""
STANDARD_WAIT_DAYS = (16, 8)
"""To placement; that it halved is published (001:2381), from what is not: illustrative."""
COMES_BACK = (0.30, 0.10)
"""Of referrals, those of someone known before: published (001:2382)."""
RETURNED = (0.20, 0.04)
QUERIED = (0.14, 0.03)
"""Of claims: illustrative, and falling, as people learn what is asked."""
HELPED_BY_FUND, FUND_SHARES = 0.20, ((0.72, (60, 200)), (0.28, (210, 700)))
"""Of starts, published; pounds drawn towards the published mean of £214 (001:1582): the spread is illustrative."""
JOINT = 0.08
"""Of cases, joint ones: illustrative."""
ENGAGES = 0.94
"""Of those who start, who stay until something is achieved: published for the fund's 5,872 (004:714)."""

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

MONEY = ("FIN_RES", 0.45, (14, 120))
AT_HOME = ("ACC_PREV", 0.50, (5, 60))
GENERIC_LIKELIHOODS = (
    AT_HOME,
    MONEY,
    ("EDU_ENTRY", 0.36, (20, 200)),
    ("VOL_ENTRY", 0.09, (15, 150)),
)
"""Outcome, likelihood, and days after the plan: illustrative, towards the published numbers of people."""
WORK = (0.14, (("EMP_6_5W", 0.66, 46), ("EMP_13W", 0.6, 91), ("EMP_26W", 0.6, 182)))
"""Entry into work, and whether it lasts: that 66 % stay six weeks is published (001:2401)."""
HOME = (("ACC_3M", 0.55, 3), ("ACC_6M", 0.75, 6), ("ACC_12M", 0.6, 12), ("ACC_18M", 0.35, 18))
"""Keeping a home so many months, each for those who kept it before: illustrative."""
WELLBEING = (("WB_2", "WB_IMP_12", 0.8, 3), ("WB_3", "WB_IMP_13", 0.7, 6))
DOMESTIC_ABUSE_LIKELIHOODS = (
    AT_HOME,
    MONEY,
    ("DA_RISK", 0.60, (20, 120)),
    ("DA_LEGAL", 0.40, (10, 100)),
    ("DA_INDEP", 0.35, (40, 150)),
    ("EDU_ENTRY", 0.30, (30, 200)),
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
    scores: tuple[int, int, int]
    """The Star, or for domestic abuse the Power Form, at first, after three months and after six."""
    dash: tuple[int, int] | None
    """DASH at referral and later, for domestic abuse."""
    outcomes: tuple[Achieved, ...]
    helped_once: bool = False
    """One-off support at the hub: no start."""
    historic: bool = False
    """A placement from before the fund."""
    returns: bool = False
    """Known before: the person of an earlier life."""
    fund: tuple[date, int] | None = None
    """When the personalisation fund helped, and with how many pence."""
    joint_on: date | None = None
    claimed: frozenset[tuple[str, str]] = frozenset()
    """Outcomes and slots claimed in earlier lives."""
    closes_on: date | None = None
    """None when support still goes on at the end."""


def lives(seed: int, starts: int, begins_on: date, ends_on: date, referrals: ReferralsFile) -> list[Life]:
    """The same people for the same seed, in order of referral; nothing happens after `ends_on`.

    `starts` is how many start on the full service; as many more are helped once as the published figures say.
    """
    chance = Random(seed)  # noqa: S311 - a simulation is to be repeated, not to be secret
    count, historic = round(starts * CONTACTS / STARTS), round(starts * HISTORIC / STARTS)
    span = max((ends_on - begins_on).days - LAST_REFERRAL_DAYS, 1)
    once = set(chance.sample(range(historic, count), count - starts))
    told: list[Life] = []
    gone: list[Life] = []
    for n in range(count):
        day = begins_on + timedelta(days=int(span * (n + chance.random()) / count))
        one = _life(Random(f"{seed}/{n}"), n + 1, day, begins_on, ends_on, referrals)  # noqa: S311 - as above
        one = replace(one, helped_once=n in once, historic=n < historic)
        returns = n >= historic and chance.random() < fallen(COMES_BACK, _month(day, begins_on))
        if returns and (free := [other for other in gone if _may_come_back(other, day, one.circumstances)]):
            before = chance.choice(free)
            gone.remove(before)
            one = _again(one, before)
        if one.helped_once:
            one = replace(one, outcomes=(), fund=None, joint_on=None, closes_on=one.triaged_on)
        if one.closes_on is not None:
            gone.append(one)
        told.append(one)
    return told


def _may_come_back(before: Life, day: date, life: Circumstances) -> bool:
    """A record once restricted for domestic abuse stays so, wherever the person is placed."""
    if before.circumstances.restricted != life.restricted:
        return False
    rests = RESTS_ONCE_DAYS if before.helped_once else RESTS_DAYS
    return before.closes_on is not None and before.closes_on + timedelta(days=rests) < day


def _again(life: Life, before: Life) -> Life:
    """The same person, later: what was claimed for them once is not achieved again, nor wellbeing assessed anew.

    An improvement is measured within one case, from its own first score.
    """
    had = {(one.outcome, one.slot) for one in before.outcomes} | set(before.claimed)
    assessed = any(outcome.startswith("WB_") for outcome, _ in had)
    fresh = tuple(
        one
        for one in life.outcomes
        if (one.outcome, one.slot) not in had and not (assessed and one.outcome.startswith("WB_"))
    )
    return replace(life, person=before.person, returns=True, outcomes=fresh, claimed=frozenset(had))


def fallen(from_to: tuple[float, float], month: int) -> float:
    """Where a figure stands that fell over the first year."""
    first, last = from_to
    return last + (first - last) * max(0.0, 1 - month / FIRST_YEAR)


def _life(
    chance: Random, number: int, referred_on: date, begins_on: date, ends_on: date, referrals: ReferralsFile
) -> Life:
    needs, specialism, _ = _drawn(chance, NEEDS, [weight for *_, weight in NEEDS])
    source, agency_id = _referrer(chance, referrals)
    homeless = "homelessness" in needs and chance.random() < 0.5
    month = _month(referred_on, begins_on)
    triaged_on = referred_on + timedelta(days=chance.randint(0, 2))
    wait = round(fallen(STANDARD_WAIT_DAYS, month))
    hurry = homeless or specialism == "domestic-abuse"
    allocated_on = triaged_on + timedelta(days=chance.randint(0, 1) if hurry else chance.randint(1, 2 * wait - 2))
    started_on = allocated_on + timedelta(days=chance.randint(1, 6))
    plan_days = max(7, round(chance.gauss(fallen(PLAN_DAYS, month), 4)))
    plan_on = allocated_on + timedelta(days=plan_days)
    life = Circumstances(needs, specialism, homeless, not homeless and chance.random() < 0.8, started_on)
    score = chance.randint(22, 60) if not life.restricted else chance.randint(12, 25)
    achieved_ = sorted(_achievements(chance, life, referred_on, plan_on), key=lambda one: one.achieved_on)
    outcomes = tuple(one for one in achieved_ if one.achieved_on <= ends_on)
    if chance.random() > ENGAGES:
        outcomes = ()
    last = max([plan_on, *(one.achieved_on for one in achieved_)]) + timedelta(days=chance.randint(10, 60))
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
        scores=(score, score + chance.randint(2, 12), score + chance.randint(4, 16)),
        dash=_dash(chance) if life.restricted else None,
        outcomes=tuple(_with_troubles(chance, one, begins_on) for one in outcomes),
        fund=_helped_by_fund(chance, plan_on),
        joint_on=plan_on if chance.random() < JOINT else None,
        closes_on=last if last <= ends_on else None,
    )


def _helped_by_fund(chance: Random, plan_on: date) -> tuple[date, int] | None:
    if chance.random() >= HELPED_BY_FUND:
        return None
    _, (least, most) = _drawn(chance, FUND_SHARES, [share for share, _ in FUND_SHARES])
    return plan_on, 100 * chance.randint(least, most)


def _achievements(chance: Random, life: Circumstances, referred_on: date, plan_on: date) -> Iterator[Achieved]:
    yield achieved("WB_INITIAL", plan_on, life)
    for outcome, likelihood, (soonest, latest) in _likelihoods(life):
        if chance.random() < likelihood:
            yield achieved(outcome, plan_on + timedelta(days=chance.randint(soonest, latest)), life)
    yield from _work(chance, life, plan_on)
    yield from _home(chance, life, referred_on, plan_on)
    if not life.restricted:
        yield from _wellbeing(chance, life, plan_on)


def _work(chance: Random, life: Circumstances, plan_on: date) -> Iterator[Achieved]:
    enters, lasts = WORK
    entered_on = plan_on + timedelta(days=chance.randint(20, 200))
    if chance.random() < enters:
        yield achieved("EMP_ENTRY", entered_on, life)
        for outcome, likelihood, days in lasts:
            if chance.random() >= likelihood:
                return
            yield achieved(outcome, entered_on + timedelta(days=days), life)


def _home(chance: Random, life: Circumstances, referred_on: date, plan_on: date) -> Iterator[Achieved]:
    for outcome, likelihood, months in HOME if life.housed else ():
        if chance.random() >= likelihood:
            return
        yield achieved(outcome, max(months_after(referred_on, months), plan_on), life)


def _wellbeing(chance: Random, life: Circumstances, plan_on: date) -> Iterator[Achieved]:
    for assessed, improved, likelihood, months in WELLBEING:
        if chance.random() >= likelihood:
            return
        on = months_after(plan_on, months) + timedelta(days=1)
        yield achieved(assessed, on, life)
        if chance.random() < 0.7:
            yield achieved(improved, on, life)


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
    if drawn < fallen(RETURNED, month):
        return replace(good, sent_first=fallen_short(good, chance))
    if drawn < fallen(RETURNED, month) + fallen(QUERIED, month) and _documents(good):
        return replace(good, queried_for=chance.choice(_documents(good)))
    return good


def _month(day: date, begins_on: date) -> int:
    """Which month of the simulation, counted from nought."""
    return (day.year - begins_on.year) * 12 + day.month - begins_on.month


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
