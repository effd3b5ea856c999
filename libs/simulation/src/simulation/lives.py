"""Simulated lives: what happens to people, drawn from a seed; never a figure that a report would show.

Published shares (sex, age, sources) are used where there are any; every other likelihood here is illustrative. What has
a share is dealt, so that no run of luck changes it; what follows from it is drawn.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations, count, islice
from random import Random
from typing import Literal, TypeVar

from programme.referrals import ReferralsFile
from rulebook.calendar import months_after

from .outcomes import (
    BETWEEN_JOBS_DAYS,
    CASE_NOTE,
    DOMESTIC_ABUSE,
    ENGAGED_DAYS,
    PLACEMENT_WEEKS,
    AchievedOutcome,
    LifeCircumstances,
    Paper,
    achieved,
    fallen_short,
    kept_since,
)
from .people import SEXES, UNDER_25, Person, someone

Drawn = TypeVar("Drawn")
Shares = Sequence[tuple[Drawn, float]]
Between = tuple[int, int]
"""The soonest and the latest, in days."""
Pair = tuple[str, str]
"""Two things that come together in one life."""

DEALT_AT_ONCE = 50
"""People among whom shares are exact: fewer a year than that start when 200 do."""
LAST_REFERRAL_DAYS = 14
"""Nobody is referred in the last days: their story would hardly begin."""
RESTS_DAYS = 70
RESTS_ONCE_DAYS = 14
"""After a case closes, or after one-off help, before the person comes back: everyone has heard by then."""
CALLED_TO_MIND = 30
"""Of those who might come back, looked at when somebody should."""
CONTACTS, STARTS, HISTORIC = 8_521, 6_395, 523
"""Published (001:2381), but the last: 5,872 and 532 are printed as 6,395, 9 fewer; we take the 9 from the 532."""
HISTORIC_MONTHS = 12
"""In which placements from before the fund come over, as the contracts before it end: illustrative."""
HELPED_ONCE_AT_FIRST = 0.60
"""Of the first year's contacts of the fund, helped once at the hub; later fewer, to the published sum: illustrative."""

FIRST_YEAR = 12
"""Months in which what falls has fallen from what it was at first."""
AT_FIRST = 3
"""Months for which waits stay what they are at first: illustrative."""
PLAN_DAYS, PLAN_DAYS_SPREAD = (50, 15), (-4, 4)
"""From allocation to plan, at first and in the end: published means (001:2179)."""
HOMELESS, HOUSED = ((True, 0.5), (False, 0.5)), 0.8
"""Of those who need a home, who has none at all; of the others, who has one to keep: illustrative."""
STANDARD_WAIT_DAYS, STANDARD_WAIT_SPREAD = (17, 8), (-4, 4)
"""To placement; that it halved is published (001:2381), from what is not: illustrative."""
COMES_BACK, COMES_BACK_HOLDS = (0.30, 0.10), 12
"""Of referrals, those of someone known before: published (001:2382). For how many months the first holds, is not."""
RETURNED = (0.20, 0.04)
QUERIED = (0.14, 0.03)
"""Of claims: illustrative, and falling, as people learn what is asked."""
FUND: Shares[Between | None] = (((60, 200), 0.146), ((210, 660), 0.054), (None, 0.80))
"""A fifth of the fund's starts, and £214 each (001:1582) or a little less, for £250,000 was all: the spread is ours."""
JOINT = ((True, 0.08), (False, 0.92))
"""Of cases, joint ones: illustrative."""
ENGAGES = ((True, 0.92), (False, 0.08))
"""Of those who start, who stay until something is achieved: towards the published 5,514 people (004:714)."""
DROPS_IN, DROPS_IN_AFTER = 0.25, (14, 150)
"""Of closed cases, people who look in again for a little help, which opens no case (S-15): illustrative."""

NEEDS: Shares[tuple[tuple[str, ...], str]] = (
    ((("homelessness",), "generic"), 0.36),
    ((("homelessness", "mental-health"), "generic"), 0.14),
    ((("mental-health",), "mental-health"), 0.14),
    ((("substance-misuse", "mental-health"), "substance-misuse"), 0.06),
    ((("domestic-abuse",), "domestic-abuse"), 0.07),
    ((("domestic-abuse", "homelessness"), "domestic-abuse"), 0.03),
    ((("offending", "homelessness"), "generic"), 0.03),
    ((("offending", "mental-health"), "mental-health"), 0.02),
    ((("offending", "homelessness", "substance-misuse"), "substance-misuse"), 0.03),
    ((("offending", "domestic-abuse"), "domestic-abuse"), 0.02),
    ((("refugee",), "generic"), 0.04),
    ((("care-leaver",), "generic"), 0.03),
    ((("young-parent",), "generic"), 0.03),
)
"""Needs, and the specialism triage finds; how often is illustrative, but for offending (001:2391)."""

Disclosure = Literal["never", "at referral", "later"]
"""Whether and when somebody says that they are at risk of domestic abuse; their record is need-to-know from then on."""
DISCLOSURES: Sequence[Disclosure] = ("never", "at referral", "later")
UNUSUAL = 0.10
"""Of those who start, who come as few have come so far, by service, pathway and disclosure: illustrative."""
NEXT_IN_LINE = 30
"""Needs dealt ahead, among which those are found that fit such a one."""
DISCLOSES_DAYS: Between = (1, 9)
"""After the plan, where it is said later: illustrative."""

HOPES = (
    "A place of my own, with a door I can lock.",
    "To see my children at weekends.",
    "To get back to work, with my hands if I can.",
    "To sleep through the night again.",
    "To finish the course I started.",
    "To know my neighbours.",
)
STRENGTHS = ("Good with people", "Keeps appointments", "A sister who helps", "Has held a job", "Cooks well")

SOON: Sequence[tuple[str, float, Between]] = (
    ("ACC_PREV", 0.52, (5, 60)),
    ("FIN_RES", 0.45, (14, 120)),
)
SOON_IN_DOMESTIC_ABUSE: Sequence[tuple[str, float, Between]] = (
    *SOON,
    ("DA_RISK", 0.60, (20, 120)),
    ("DA_LEGAL", 0.40, (10, 100)),
    ("DA_INDEP", 0.35, (40, 150)),
)
"""Outcome, likelihood, and days after the plan: illustrative, towards the published numbers of people."""
SOMETIME: Between = (20, 200)
LEARNS = ((True, 0.47), (False, 0.53))
LEARNING = (
    ("OFQ_PART", "first", 0.05, (60, 120)),
    ("OFQ_FULL", "first", 0.50, (60, 150)),
    ("OFQ_PART", "second", 0.30, (60, 120)),
    ("OFQ_FULL", "second", 0.50, (60, 150)),
)
"""Entry into a course, and what it leads to, each for those who came so far: illustrative."""
WORKS, WORK = ((True, 0.06), (False, 0.94)), (("EMP_6_5W", 0.69, 46), ("EMP_13W", 0.42, 91), ("EMP_26W", 0.42, 182))
"""Entry into work, and whether it lasts: that 66 % stay six weeks is published (001:2401); for some, time runs out."""
WORKS_AGAIN, WORKS_AGAIN_DAYS, SECOND_ENTRIES_FROM = 0.40, (BETWEEN_JOBS_DAYS, 120), date(2020, 7, 1)
"""Of those whose work did not last half a year; claimed from the day the rate card allows it."""
PLACEMENTS = (("volunteering", 0.02), ("work-experience", 0.01))
PLACEMENT_LASTS = 0.5
HOME = (("ACC_3M", 0.57, 3), ("ACC_6M", 0.80, 6), ("ACC_12M", 0.70, 12), ("ACC_18M", 0.50, 18))
"""Keeping a home so many months, each for those who kept it before: illustrative."""
WELLBEING = (("WB_2", "WB_IMP_12", 0.8, 3), ("WB_3", "WB_IMP_13", 0.7, 6))
IMPROVES = 0.7
SERVICES = (("mental-health", "mental-health", "MH_SUST"), ("substance-misuse", "substance", "DRUG_SUST"))
"""Need, slot, and the outcome of staying with the service."""
ACCESSES, ACCESS_DAYS, STAYS_WITH_SERVICE = 0.50, (10, 45), 0.5
COMPLIES = 0.5
"""With a statutory order, of those with a history of offending."""
ORDER_MONTHS = (3, 6)


@dataclass(frozen=True, slots=True)
class Life:
    """One person's way through the partnership, as it will have happened. Dates are London dates."""

    number: int
    person: Person
    source: str
    agency_id: str | None
    circumstances: LifeCircumstances
    pathway: str | None
    """None to come by whatever the hub finds."""
    disclosure: Disclosure
    risk_level: str
    intensity: str
    hope: str
    strength: str
    referred_on: date
    triaged_on: date
    allocated_on: date
    started_on: date
    plan_on: date
    scores: tuple[int, int, int] = (0, 0, 0)
    """The Star, or for domestic abuse the Power Form, at first, after three months and after six."""
    dash: tuple[int, int] | None = None
    """DASH at referral and later, for domestic abuse."""
    outcomes: tuple[AchievedOutcome, ...] = ()
    helped_once: bool = False
    """One-off support at the hub: no start."""
    historic: bool = False
    """A placement from before the fund."""
    returns: bool = False
    """Known before: the person of an earlier life."""
    fund: tuple[date, int] | None = None
    """When the personalisation fund helped, and with how many pence."""
    joint_on: date | None = None
    discloses_on: date | None = None
    """When they say that they are at risk of domestic abuse, if that is later than the referral."""
    claimed: frozenset[tuple[str, str]] = frozenset()
    """Outcomes and slots claimed in earlier lives."""
    closes_on: date | None = None
    """None when support still goes on at the end."""
    drops_in_on: date | None = None
    """A little help after the case has closed."""


@dataclass(frozen=True, slots=True)
class Way:
    """What somebody needs, which service triage finds for it, by which pathway they come, and what they say."""

    needs: tuple[str, ...]
    service: str
    pathway: str | None
    disclosure: Disclosure


@dataclass(slots=True)
class Decks:
    """What is dealt to people, each by its share."""

    needs: Iterator[tuple[tuple[str, ...], str]]
    homeless: Iterator[bool]
    source: Iterator[str]
    sex: Iterator[str]
    young: Iterator[bool]
    engages: Iterator[bool]
    learns: Iterator[bool]
    works: Iterator[bool]
    fund: Iterator[Between | None]
    joint: Iterator[bool]

    @classmethod
    def shuffled(cls, seed: int, referrals: ReferralsFile) -> "Decks":
        def deck(what: str, shares: Shares[Drawn]) -> Iterator[Drawn]:
            return dealt(Random(f"{seed}/{what}"), shares)  # noqa: S311 - a simulation is to be repeated

        sources = [(source.source, source.share_basis_points / 10_000) for source in referrals.sources]
        return cls(
            needs=deck("needs", NEEDS),
            homeless=deck("homeless", HOMELESS),
            source=deck("source", sources),
            sex=deck("sex", SEXES),
            young=deck("young", UNDER_25),
            engages=deck("engages", ENGAGES),
            learns=deck("learns", LEARNS),
            works=deck("works", WORKS),
            fund=deck("fund", FUND),
            joint=deck("joint", JOINT),
        )


def dealt(chance: Random, shares: Shares[Drawn]) -> Iterator[Drawn]:
    """Kinds by their shares, without end: of each fifty people as many as the shares say, in an order that is drawn."""
    counts = Counter[int]()
    for hand in count(1):
        cards = list[Drawn]()
        for place, (kind, share) in enumerate(shares[1:], start=1):
            due = round(share * DEALT_AT_ONCE * hand) - counts[place]
            counts[place] += due
            cards += [kind] * due
        cards += [shares[0][0]] * (DEALT_AT_ONCE - len(cards))
        chance.shuffle(cards)
        yield from cards


def lives(seed: int, starts: int, begins_on: date, ends_on: date, referrals: ReferralsFile) -> list[Life]:
    """The same people for the same seed, in order of referral; nothing happens after `ends_on`.

    `starts` is how many start on the full service; as many more are helped once as the published figures say.
    """
    chance = Random(seed)  # noqa: S311 - a simulation is to be repeated, not to be secret
    contacts = round(starts * CONTACTS / STARTS)
    span = max((ends_on - begins_on).days - LAST_REFERRAL_DAYS, 1)
    days = [begins_on + timedelta(days=int(span * (n + chance.random()) / contacts)) for n in range(contacts)]
    early = sum(_month(day, begins_on) < HISTORIC_MONTHS for day in days)
    historic = set(_spread(range(early), round(starts * HISTORIC / STARTS)))
    once = _helped_once([n for n in range(contacts) if n not in historic], early, contacts - starts)
    telling = Telling(seed, begins_on, ends_on, referrals)
    for n, day in enumerate(days):
        telling.come(n, day, historic=n in historic, once=n in once)
    return telling.lives


def _helped_once(of_the_fund: Sequence[int], early: int, number: int) -> set[int]:
    """Who of the fund's contacts is helped once; more of those who come early."""
    first, later = [n for n in of_the_fund if n < early], [n for n in of_the_fund if n >= early]
    at_first = _spread(first, min(round(len(first) * HELPED_ONCE_AT_FIRST), number))
    return {*at_first, *_spread(later, number - len(at_first))}


def _spread(among: Sequence[int], number: int) -> list[int]:
    """So many of them, as evenly as can be."""
    return [among[place * len(among) // number] for place in range(min(number, len(among)))]


class Telling:
    """Lives told one after the other: who came before may come back."""

    def __init__(self, seed: int, begins_on: date, ends_on: date, referrals: ReferralsFile) -> None:
        self.lives = list[Life]()
        self._seed, self._begins_on, self._ends_on = seed, begins_on, ends_on
        self._agencies, self._pathways = referrals.agencies, referrals.pathways
        self._with_agency = {source.source for source in referrals.sources if source.has_agency}
        self._decks = Decks.shuffled(seed, referrals)
        self._gone = list[Life]()
        """Whose support has ended; each comes back once, and is then here again under the later life."""
        self._due = 0.0
        """Of those who are to come back, how many have not."""
        self._met = set[tuple[str, date]]()
        self._lived = Counter[Pair]()
        self._line = list[tuple[tuple[str, ...], str]]()
        """Needs that were dealt and wait for somebody who has them."""

    def come(self, number: int, day: date, *, historic: bool, once: bool) -> None:
        """Tell the next life."""
        chance = Random(f"{self._seed}/{number}")  # noqa: S311 - to be repeated, as above
        self._due += fallen(COMES_BACK, self._month(day) - COMES_BACK_HOLDS)
        before = None if historic else self._one_who_returns(chance, day)
        person = before.person if before else self._stranger(chance, day)
        self._line += islice(self._decks.needs, NEXT_IN_LINE - len(self._line))
        source = next(self._decks.source)
        agencies = [agency.agency_id for agency in self._agencies if agency.source == source]
        agency_id = chance.choice(agencies) if source in self._with_agency else None
        way = self._usual() if once else self._way(day, agency_id, unusual=chance.random() < UNUSUAL)
        self._line.remove((way.needs, way.service))
        life = self._life(chance, number, day, person, (source, agency_id), way)
        if not once:
            self._lived.update(pairs_of(way))
        if once:
            life = replace(life, helped_once=True, closes_on=life.triaged_on)
        else:
            life = self._supported(chance, life, historic=historic)
        if before is not None:
            life = _again(life, before)
            self.lives[before.number - 1] = _until_referred_again(before, day)
        if life.closes_on is not None and not historic:
            self._gone.append(life)
        self.lives.append(life)

    def _one_who_returns(self, chance: Random, day: date) -> Life | None:
        if self._due < 1:
            return None
        for place in chance.sample(range(len(self._gone)), min(len(self._gone), CALLED_TO_MIND)):
            if _may_come_back(self._gone[place], day):
                self._due -= 1
                return self._gone.pop(place)
        return None

    def _stranger(self, chance: Random, day: date) -> Person:
        """Somebody whose name and date of birth nobody else has."""
        sex, young = next(self._decks.sex), next(self._decks.young)
        while (person := someone(chance, sex, young, day)).identity in self._met:
            pass
        self._met.add(person.identity)
        return person

    def _usual(self) -> Way:
        """What most of those who wait in line need, by no pathway."""
        (needs, service), _ = Counter(self._line).most_common(1)[0]
        return Way(needs, service, None, "at referral" if service == DOMESTIC_ABUSE else "never")

    def _way(self, day: date, agency_id: str | None, *, unusual: bool) -> Way:
        """As nobody has come before, if anybody can; else as most do, or, if unusual, as fewest do.

        Of all that can come together each two do so, in few lives (pairwise); shares stay as they are dealt.
        """
        ways = [way for needs, service in self._line for way in self._ways(needs, service, day, agency_id)]
        never = {way: sum(pair not in self._lived for pair in pairs_of(way)) for way in ways}
        if not unusual and not any(never.values()):
            return self._usual()
        return min(ways, key=lambda way: (-never[way], sum(self._lived[pair] for pair in pairs_of(way))))

    def _ways(self, needs: tuple[str, ...], service: str, day: date, agency_id: str | None) -> Iterator[Way]:
        """How somebody with these needs may come on the day; their age is the hub's to look at."""
        pathways = (
            pathway.pathway_id
            for pathway in self._pathways
            if pathway.under_age is None
            and pathway.opens_on is not None
            and pathway.opens_on <= day <= (pathway.closes_on or day)
            and (not pathway.agencies or agency_id in pathway.agencies)
            and (not pathway.needs or set(pathway.needs) & set(needs))
        )
        for pathway in (None, *pathways):
            for disclosure in ("at referral",) if service == DOMESTIC_ABUSE else DISCLOSURES:
                yield Way(needs, service, pathway, disclosure)

    def _life(
        self,
        chance: Random,
        number: int,
        day: date,
        person: Person,
        referrer: tuple[str, str | None],
        way: Way,
    ) -> Life:
        """As far as the hub: who came, from which source and agency, and what triage found."""
        source, agency_id = referrer
        needs, specialism = way.needs, way.service
        homeless = "homelessness" in needs and next(self._decks.homeless)
        triaged_on = day + timedelta(days=chance.randint(0, 2))
        wait = round(fallen(STANDARD_WAIT_DAYS, self._month(day) - AT_FIRST))
        hurry = homeless or specialism == DOMESTIC_ABUSE
        waits = chance.randint(0, 1) if hurry else wait + chance.randint(*STANDARD_WAIT_SPREAD)
        allocated_on = triaged_on + timedelta(days=waits)
        started_on = allocated_on + timedelta(days=chance.randint(1, 6))
        housed = not homeless and chance.random() < HOUSED
        return Life(
            number=number + 1,
            person=person,
            source=source,
            agency_id=agency_id,
            circumstances=LifeCircumstances(needs, specialism, homeless, housed, started_on),
            pathway=way.pathway,
            disclosure=way.disclosure,
            risk_level=chance.choice(("low", "medium", "medium", "high")),
            intensity=chance.choice(("low", "medium", "medium", "high")),
            hope=chance.choice(HOPES),
            strength=chance.choice(STRENGTHS),
            referred_on=day,
            triaged_on=triaged_on,
            allocated_on=allocated_on,
            started_on=started_on,
            plan_on=started_on,
        )

    def _supported(self, chance: Random, life: Life, *, historic: bool) -> Life:
        """From the start on: plan, scores, outcomes, and when it ended."""
        circumstances, ends_on = life.circumstances, self._ends_on
        mean = fallen(PLAN_DAYS, self._month(life.allocated_on) - AT_FIRST)
        plan_on = life.allocated_on + timedelta(days=round(mean) + chance.randint(*PLAN_DAYS_SPREAD))
        score = chance.randint(12, 25) if circumstances.at_specialist else chance.randint(22, 60)
        engages = next(self._decks.engages)
        came = self._achievements(chance, circumstances, life.referred_on, plan_on) if engages else ()
        outcomes = sorted(came, key=lambda one: one.achieved_on)
        last = max([plan_on, *(one.achieved_on for one in outcomes)]) + timedelta(days=chance.randint(10, 60))
        looks_in = last + timedelta(days=chance.randint(*DROPS_IN_AFTER)) if chance.random() < DROPS_IN else None
        discloses = plan_on + timedelta(days=chance.randint(*DISCLOSES_DAYS))
        joint, pounds = next(self._decks.joint), None if historic else next(self._decks.fund)
        return replace(
            life,
            plan_on=plan_on,
            scores=(score, score + chance.randint(2, 12), score + chance.randint(4, 16)),
            dash=_dash(chance) if circumstances.at_specialist else None,
            outcomes=tuple(self._with_troubles(chance, one) for one in outcomes if one.achieved_on <= ends_on),
            historic=historic,
            fund=(plan_on, 100 * chance.randint(*pounds)) if pounds else None,
            joint_on=plan_on if joint else None,
            discloses_on=discloses if life.disclosure == "later" and discloses <= ends_on else None,
            closes_on=last if last <= ends_on else None,
            drops_in_on=looks_in if looks_in and looks_in <= ends_on else None,
        )

    def _achievements(
        self, chance: Random, life: LifeCircumstances, referred_on: date, plan_on: date
    ) -> Iterator[AchievedOutcome]:
        def after(day: date, days: Between) -> date:
            return day + timedelta(days=chance.randint(*days))

        yield achieved("WB_INITIAL", plan_on, life)
        since = referred_on if life.housed else None
        for outcome, likelihood, days in SOON_IN_DOMESTIC_ABUSE if life.at_specialist else SOON:
            if chance.random() < likelihood:
                soon = achieved(outcome, after(plan_on, days), life)
                since = soon.achieved_on if outcome == "ACC_PREV" and life.homeless else since
                yield soon
        yield from _home(chance, life, since, plan_on)
        yield from _wellbeing(chance, life, plan_on)
        yield from _services(chance, life, plan_on)
        if "offending" in life.needs and chance.random() < COMPLIES:
            yield achieved("STAT_ORDER", months_after(life.started_on, chance.randint(*ORDER_MONTHS)), life)
        if next(self._decks.learns):
            yield from _learning(chance, life, after(plan_on, SOMETIME))
        if next(self._decks.works):
            yield from _work(chance, life, after(plan_on, SOMETIME))
        for slot, likelihood in PLACEMENTS:
            if chance.random() < likelihood:
                placed_on = after(plan_on, SOMETIME)
                yield achieved("VOL_ENTRY", placed_on, life, slot)
                if chance.random() < PLACEMENT_LASTS:
                    yield achieved("VOL_6W", after(placed_on, (7 * PLACEMENT_WEEKS, 70)), life, slot)

    def _with_troubles(self, chance: Random, good: AchievedOutcome) -> AchievedOutcome:
        """Some claims are returned by the prime, others queried by the council; both get what they ask for."""
        month, draw = self._month(good.achieved_on), chance.random()
        if draw < fallen(RETURNED, month):
            return replace(good, sent_first=fallen_short(good, chance))
        if draw < fallen(RETURNED, month) + fallen(QUERIED, month) and _documents(good):
            return replace(good, queried_for=chance.choice(_documents(good)))
        return good

    def _month(self, day: date) -> int:
        return _month(day, self._begins_on)


def pairs_of(way: Way | Life) -> list[Pair]:
    """What comes together, two by two: the service, the pathway and the disclosure."""
    service = way.circumstances.specialism if isinstance(way, Life) else way.service
    facets = (f"service {service}", f"pathway {way.pathway}", f"disclosure {way.disclosure}")
    return list(combinations(facets, 2))


def _may_come_back(before: Life, day: date) -> bool:
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
    return replace(life, returns=True, outcomes=fresh, claimed=frozenset(had))


def _until_referred_again(before: Life, day: date) -> Life:
    """A life that someone has come back from: whoever has an open referral does not drop in."""
    return replace(before, drops_in_on=None) if before.drops_in_on and before.drops_in_on >= day else before


def fallen(from_to: tuple[float, float], month: int) -> float:
    """Where a figure stands that falls over a year, from its month 0 on."""
    first, last = from_to
    return last + (first - last) * min(1.0, max(0.0, 1 - month / FIRST_YEAR))


def _home(chance: Random, life: LifeCircumstances, since: date | None, plan_on: date) -> Iterator[AchievedOutcome]:
    """A home kept, by whoever had one at referral, or since they moved in."""
    if since is None:
        return
    for outcome, likelihood, months in HOME:
        if chance.random() >= likelihood:
            return
        yield achieved(outcome, max(months_after(since, months), plan_on), life, facts=kept_since(life, since))


def _wellbeing(chance: Random, life: LifeCircumstances, plan_on: date) -> Iterator[AchievedOutcome]:
    """The Star two times more; the Power Form once, and it has no third (A-10). The plan and the first are there."""
    plan, first = Paper(f"{life.plan}-plan", plan_on), Paper(life.instrument, plan_on)
    for assessment, improvement, likelihood, months in WELLBEING[:1] if life.at_specialist else WELLBEING:
        if chance.random() >= likelihood:
            return
        on = months_after(plan_on, months) + timedelta(days=1)
        latest = Paper(life.instrument, on)
        yield achieved(assessment, on, life, papers=(plan, latest))
        if chance.random() < IMPROVES:
            yield achieved(improvement, on, life, papers=(first, latest))


def _services(chance: Random, life: LifeCircumstances, plan_on: date) -> Iterator[AchievedOutcome]:
    """Reached, and stayed with; some were with a service before they came (BR-G18)."""
    for need, slot, engagement in SERVICES:
        if need not in life.needs:
            continue
        on = plan_on + timedelta(days=chance.randint(*ACCESS_DAYS))
        if chance.random() < ACCESSES:
            yield achieved("SVC_ACCESS", on, life, slot)
            on += timedelta(days=ENGAGED_DAYS)
        if chance.random() < STAYS_WITH_SERVICE:
            yield achieved(engagement, on, life)


def _learning(chance: Random, life: LifeCircumstances, began_on: date) -> Iterator[AchievedOutcome]:
    yield achieved("EDU_ENTRY", began_on, life)
    on = began_on
    for outcome, slot, likelihood, days in LEARNING:
        if chance.random() >= likelihood:
            return
        on += timedelta(days=chance.randint(*days))
        yield achieved(outcome, on, life, slot)


def _work(chance: Random, life: LifeCircumstances, entered_on: date) -> Iterator[AchievedOutcome]:
    """Entered, and kept or lost; whoever lost it may enter again."""
    yield achieved("EMP_ENTRY", entered_on, life)
    on = entered_on
    for outcome, likelihood, days in WORK:
        if chance.random() >= likelihood:
            break
        on = entered_on + timedelta(days=days)
        yield achieved(outcome, on, life)
    else:
        return
    again_on = on + timedelta(days=chance.randint(*WORKS_AGAIN_DAYS))
    if again_on >= SECOND_ENTRIES_FROM and chance.random() < WORKS_AGAIN:
        yield achieved("EMP_ENTRY_2", again_on, life)


def _month(day: date, begins_on: date) -> int:
    """Which month of the simulation, counted from nought."""
    return (day.year - begins_on.year) * 12 + day.month - begins_on.month


def _documents(good: AchievedOutcome) -> list[Paper]:
    return [paper for paper in good.evidence if paper.kind != CASE_NOTE]


def _dash(chance: Random) -> tuple[int, int]:
    first = chance.randint(10, 19)
    return first, first - chance.randint(3, 7)
