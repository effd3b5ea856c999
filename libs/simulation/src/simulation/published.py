"""Published figures beside ours, each read through the APIs; ours scale with the participants simulated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme import Programme

from .lives import CONTACTS, HISTORIC, PLAN_DAYS, STARTS
from .path import CASES, CLAIMS
from .seats import Json, Seats

HOMES = ("ACC_PREV", "ACC_3M", "ACC_6M", "ACC_12M", "ACC_18M")
ETE = (
    *("EDU_ENTRY", "OFQ_PART", "OFQ_FULL", "EMP_ENTRY", "EMP_ENTRY_2", "EMP_6_5W", "EMP_13W", "EMP_26W"),
    *("VOL_ENTRY", "VOL_6W"),
)
"""Education, training, employment and volunteering (001:648-676)."""
FIRST_PLANS, FIRST_PLACEMENTS = ("2019-11", "2019-12"), ("2019-10", "2019-11", "2019-12")
"""The first months in which somebody may have waited as long as was usual: whose wait ended earlier, waited less."""
CERTAIN = 2.58
"""Standard deviations: within these, chance alone keeps a figure ninety-nine times of a hundred."""
FUND_SPREAD = 150
"""Pounds: the standard deviation of what one person is helped with, in the lives."""
ON_TOP = 8
"""Contacts and starts of the walk, on top of the simulated lives."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One figure: as published, as it comes out of our system, and how far apart they may be."""

    what: str
    published: float
    ours: float
    tolerance: float
    """In the figure's own unit."""
    unit: str = ""
    """`%`, `£`, ` days`, or nothing for a count."""
    source: str = ""

    @property
    def within(self) -> bool:
        return abs(self.ours - self.published) <= self.tolerance


async def figures(seats: Seats, participants: int, now: datetime) -> Json:
    """What the council's oversight and the prime read: figures, people with outcomes, waits, and the fund."""
    council, prime = seats["council-oversight"], seats["prime-manager"]
    programme_figures: Json = await council.get("reporting/v1/programme/figures", now)
    people = "reporting/v1/programme/people-with-outcomes"
    return {
        "years": programme_figures["years"],
        "sources": {one["source"]: one["referrals"] for one in programme_figures["sources"]},
        "any": await council.get(people, now),
        "homes": await council.get(people, now, outcome=list(HOMES)),
        "ete": await council.get(people, now, outcome=list(ETE)),
        "entered": await council.get(people, now, outcome=["EMP_ENTRY"]),
        "stayed": await council.get(people, now, outcome=["EMP_6_5W"]),
        "waits": await council.get("reporting/v1/waiting-times", now),
        "fund": await prime.page(f"{CASES}/fund-requests", now, state="approved"),
        "position": await prime.get(f"{CLAIMS}/programme/position", now),
        "participants": participants,
    }


def beside(readings: Json, programme: Programme) -> list[Beside]:
    """Every published figure that ours can be held against. What may differ by chance shrinks as participants grow."""
    return [
        *_who_came(readings),
        *_what_came_of_it(readings),
        *_how_it_went(readings),
        *_from_where(readings, programme),
    ]


def _who_came(readings: Json) -> list[Beside]:
    scale, contacts = readings["participants"] / STARTS, _sum(readings, "referrals")
    first, last = readings["years"][0], readings["years"][-1]
    historic, starts = (
        _sum(readings, "starts_historic"),
        _sum(readings, "starts_lcf") + _sum(readings, "starts_historic"),
    )
    return [
        Beside("Contacts with the hub", CONTACTS * scale, contacts, ON_TOP, "", "001:2381"),
        Beside("Starts on the full service", STARTS * scale, starts, ON_TOP, "", "001:2381"),
        Beside("of these, the fund's", 5_872 * scale, starts - historic, ON_TOP, "", "001:2381"),
        Beside("of these, historic (532 less the 9)", HISTORIC * scale, historic, 3, "", "001:2381"),
        _percent("Re-referrals, first year", 30, first["returning"], first["referrals"], "001:2382"),
        _percent("Re-referrals, last year", 10, last["returning"], last["referrals"], "001:2382"),
        _percent("Under 25", 17, _sum(readings, "under_25"), contacts, "001:2397"),
        _percent("With a history of offending", 10, _sum(readings, "offending"), contacts, "001:2391"),
    ]


def _what_came_of_it(readings: Json) -> list[Beside]:
    entries, stays = readings["entered"]["outcomes"], readings["stayed"]["outcomes"]
    outcomes = 3_641 * readings["participants"] / STARTS
    return [
        _people("People with an outcome", 5_514, readings, "any", "004:714"),
        _people("with a home", 3_675, readings, "homes", "004:734"),
        _people("with work or learning", 2_727, readings, "ete", "004:738"),
        # One leads to another, so they vary more than if each came alone: about twice as much.
        Beside(
            "Work and learning outcomes",
            outcomes,
            readings["ete"]["outcomes"],
            CERTAIN * (2 * outcomes) ** 0.5,
            "",
            "001:2401",
        ),
        _percent("Entered work and stayed six weeks", 66, stays, entries, "001:2401"),
    ]


def _how_it_went(readings: Json) -> list[Beside]:
    people = {one["participant_id"] for one in readings["fund"]}
    each = sum(one["amount_pence"] for one in readings["fund"]) / 100 / max(len(people), 1)
    plans, waits = readings["waits"]["to_plan"], readings["waits"]["to_allocation"]
    early, late = _ended_in(waits, FIRST_PLACEMENTS), waits[-12:]
    fell = 100 * (1 - _mean(late) / _mean(early)) if _mean(early) else 0.0
    return [
        Beside(
            "Days to a plan, first who waited (Nov, Dec 2019)",
            PLAN_DAYS[0],
            _mean(_ended_in(plans, FIRST_PLANS)),
            5,
            " days",
            "001:2179",
        ),
        Beside("Days to a plan, last year", PLAN_DAYS[1], _mean(plans[-12:]), 5, " days", "001:2179"),
        Beside("Waits to placement fell by", 50, fell, _chance_of_fall(early, late), "%", "001:2381"),
        _percent("Of the fund's starts, helped by it", 20, len(people), _sum(readings, "starts_lcf"), "001:1582"),
        Beside("Its help, each", 214, each, CERTAIN * FUND_SPREAD / max(len(people), 1) ** 0.5, "£", "001:1582"),
    ]


def _from_where(readings: Json, programme: Programme) -> list[Beside]:
    contacts = _sum(readings, "referrals")
    return [
        _percent(f"Referred by: {source.title}", source.share_basis_points / 100, came, contacts, "001:2169")
        for source in programme.referrals.sources
        if (came := readings["sources"].get(source.source, 0)) or source.share_basis_points
    ]


def _sum(readings: Json, what: str) -> int:
    return sum(year[what] for year in readings["years"])


def _percent(what: str, figure: float, part: int, whole: int, source: str) -> Beside:
    """A share, and by how much it may differ among so many."""
    ours = 100 * part / whole if whole else 0.0
    return Beside(what, figure, ours, 100 * CERTAIN * _deviation(figure / 100, max(whole, 1)), "%", source)


def _people(what: str, figure: int, readings: Json, which: str, source: str) -> Beside:
    """So many people of all who start."""
    starts, share = readings["participants"], figure / STARTS
    varies = CERTAIN * starts * _deviation(share, max(starts, 1))
    return Beside(what, share * starts, readings[which]["people"], varies, "", source)


def _deviation(share: float, among: int) -> float:
    """Standard deviation of a share among so many, each counted or not."""
    return (share * (1 - share) / among) ** 0.5


def _chance_of_fall(early: Sequence[Json], late: Sequence[Json]) -> float:
    """Percent; a wait varies about as much as it is long."""
    before, after = (sum(wait["people"] for wait in waits) for waits in (early, late))
    return 50 * CERTAIN * (1 / max(before, 1) + 1 / max(after, 1)) ** 0.5


def _ended_in(waits: Sequence[Json], months: Sequence[str]) -> list[Json]:
    return [wait for wait in waits if wait["month"][:7] in months]


def _mean(waits: Sequence[dict[str, Any]]) -> float:
    people = sum(wait["people"] for wait in waits)
    return sum(wait["mean_days"] * wait["people"] for wait in waits) / people if people else 0.0


def by_year(statements: Iterable[Json]) -> list[tuple[str, int, int]]:
    """Of each year from September: value and payable pence of its statements."""
    years: dict[str, tuple[int, int]] = {}
    for one in statements:
        year, month = int(one["month"][:4]), int(one["month"][5:])
        begins = year if month >= 9 else year - 1
        key = f"{begins}/{(begins + 1) % 100:02}"
        value, payable = years.get(key, (0, 0))
        years[key] = (value + one["value_pence"], payable + one["payable_pence"])
    return [(year, *sums) for year, sums in sorted(years.items())]
