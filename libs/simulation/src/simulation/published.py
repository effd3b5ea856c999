"""Published figures beside ours, each read through the APIs; ours scale with the participants simulated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.programme import Programme

from .lives import CONTACTS, STARTS
from .path import CASES, CLAIMS
from .seats import Json, Seats

HOMES = ("ACC_PREV", "ACC_3M", "ACC_6M", "ACC_12M", "ACC_18M")
ETE = (
    *("EDU_ENTRY", "OFQ_PART", "OFQ_FULL", "EMP_ENTRY", "EMP_ENTRY_2", "EMP_6_5W", "EMP_13W", "EMP_26W"),
    *("VOL_ENTRY", "VOL_6W"),
)
"""Education, training, employment and volunteering (001:648-676)."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One figure: as published, as it comes out of our system, and how far apart they may be."""

    what: str
    published: float
    ours: float
    tolerance: float
    """In the figure's own unit."""
    unit: str = ""
    """`%`, `£`, `days`, or nothing for a count."""
    source: str = ""

    @property
    def within(self) -> bool:
        return abs(self.ours - self.published) <= self.tolerance


async def figures(seats: Seats, participants: int, now: datetime) -> Json:
    """What the council's oversight and the prime read: figures, people with outcomes, waits, and the fund."""
    council, prime = seats["council-oversight"], seats["prime-manager"]
    read: Json = await council.get("reporting/v1/programme/figures", now)
    people = "reporting/v1/programme/people-with-outcomes"
    return {
        "years": read["years"],
        "sources": {one["source"]: one["referrals"] for one in read["sources"]},
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


def beside(read: Json, programme: Programme) -> list[Beside]:
    """Every published figure that ours can be held against. A tolerance for chance shrinks as participants grow."""
    scale = read["participants"] / STARTS
    starts = _sum(read, "starts_lcf") + _sum(read, "starts_historic")
    contacts = _sum(read, "referrals")
    chance = 100 * 2 * (0.25 / max(read["participants"], 1)) ** 0.5
    helped = {one["participant_id"] for one in read["fund"]}
    spent = sum(one["amount_pence"] for one in read["fund"])
    first, last = read["years"][0], read["years"][-1]
    plans = read["waits"]["to_plan"]
    rows = [
        Beside("Contacts with the hub", CONTACTS * scale, contacts, 8 + 0.01 * CONTACTS * scale, "", "001:2381"),
        Beside("Starts on the full service", STARTS * scale, starts, 8 + 0.01 * STARTS * scale, "", "001:2381"),
        Beside("of these, the fund's", 5_872 * scale, _sum(read, "starts_lcf"), 8 + 60 * scale, "", "001:2381"),
        Beside("of these, historic (532 less the 9)", 523 * scale, _sum(read, "starts_historic"), 3, "", "001:2381"),
        Beside("People with an outcome", 5_514 * scale, read["any"]["people"], 900 * scale, "", "004:714"),
        Beside("with a home", 3_675 * scale, read["homes"]["people"], 600 * scale, "", "004:734"),
        Beside("with work or learning", 2_727 * scale, read["ete"]["people"], 500 * scale, "", "004:738"),
        Beside("Work and learning outcomes", 3_641 * scale, read["ete"]["outcomes"], 900 * scale, "", "001:2401"),
        _percent("Entered work and stayed six weeks", 66, read["stayed"]["outcomes"], read["entered"]["outcomes"], 20),
        _percent("Re-referrals, last year", 10, last["returning"], last["referrals"], chance),
        _percent("Re-referrals, first year (30 falling to 10)", 20, first["returning"], first["referrals"], chance + 8),
        _percent("Under 25", 17, _sum(read, "under_25"), contacts, chance),
        _percent("With a history of offending", 10, _sum(read, "offending"), contacts, chance),
        Beside("Days to a plan, first month", 50, _mean(plans[:2]), 10, "days", "001:2179"),
        Beside("Days to a plan, last year", 15, _mean(plans[-12:]), 5, "days", "001:2179"),
        _percent("Helped by the personalisation fund", 20, len(helped), starts, chance),
        Beside("Its help, each", 214, spent / 100 / max(len(helped), 1), 60, "£", "001:1582"),
    ]
    return rows + [
        _percent(f"Referred by: {source.title}", source.share_basis_points / 100, came, contacts, chance)
        for source in programme.referrals.sources
        if (came := read["sources"].get(source.source, 0)) or source.share_basis_points
    ]


def _sum(read: Json, what: str) -> int:
    return sum(year[what] for year in read["years"])


def _percent(what: str, published: float, part: int, whole: int, tolerance: float) -> Beside:
    return Beside(what, published, 100 * part / whole if whole else 0.0, tolerance, "%", "")


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
