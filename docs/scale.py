"""How far it reaches: arithmetic on what was measured. `python docs/scale.py BENCH.json…` takes new speeds.

What a claim costs is read from `docs/sizes.md`, how fast a step is from `docs/scale.json`, which is written from what
`make bench` keeps. Everything on the page that is neither is an assumption, and stands in `CASES` and above it.
"""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

FOLDER = Path(__file__).parent
SPEEDS = FOLDER / "scale.json"
MEASURED = {
    "verify": "verify claims of one programme",
    "relay": "relay",
    "hear": "hear",
}
"""What the page asks of the bench: the beginning of a row's name, the first of which counts. A write takes as many
statements as a verification (ADR 0033), so that a front door is taken to answer as many."""
WORKING_SECONDS = 220 * 8 * 3600
"""Of a year: working days of eight hours."""
PEAK = 10
"""A busy second has so many times the work of a mean one."""
READS = 10
"""Reads for each write."""
WRITE_BYTES = 824
"""Of a row of `idempotency` with its indexes: each write leaves one."""
POOL = 8
"""Connections of a process (`POOL_SIZE`)."""
SERVICES = 4


@dataclass(frozen=True, slots=True)
class Case:
    """An installation: how many people come in how many years, in how many programmes."""

    name: str
    people: int
    years: float
    programmes: int
    largest: float
    """The share of the largest programme."""
    outcomes: float = 5.7
    """Claims for each person: what the evaluation implies for KBOP."""

    @property
    def claims(self) -> float:
        return self.people * self.outcomes


CASES = (
    Case("KBOP", 6_395, 55 / 12, 1, 1.0),
    Case("29 projects", 60_000, 8.75, 29, 0.1),
    Case("the nation", 2_000_000, 5, 300, 0.02),
)
"""KBOP as it was; the Life Chances Fund's projects, July 2016 to March 2025; and a nation, which is made up."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What one claim costs with all that led to it (docs/sizes.md)."""

    claim_bytes: float
    outbox_bytes: float
    """In the largest of the databases."""
    events: float
    writes: float

    @classmethod
    def read(cls, page: str) -> "Costs":
        """Of the page that was measured."""
        whole = float(_found(r"One claim is \*\*([\d.]+) kB\*\*", page)) * 1000
        outboxes = [sum(_bytes(row)) for row in re.findall(r"^\| `outbox` \|( [\d,]+ \|.+)$", page, re.M)]
        keys = sum(sum(_bytes(row)) for row in re.findall(r"^\| `idempotency` \|( [\d,]+ \|.+)$", page, re.M))
        events = float(_found(r"A claim's events are (\d+) messages", page))
        return cls(whole, max(outboxes), events, keys / WRITE_BYTES)


def _found(pattern: str, page: str) -> str:
    [figure] = re.findall(pattern, page)
    return figure


def _bytes(row: str) -> list[int]:
    """The first two cells: rows and indexes."""
    return [int(cell.replace(",", "")) for cell in row.split("|")[:2]]


def scale_page() -> str:
    """The page, with every figure worked out anew."""
    speeds, costs = json.loads(SPEEDS.read_text()), Costs.read((FOLDER / "sizes.md").read_text())
    rows = [row_of(case, speeds, costs) for case in CASES]
    titles = ["", *(case.name for case in CASES)]
    table = [titles, ["---", *["--:"] * len(CASES)], *([name, *(row[name] for row in rows)] for name in rows[0])]
    caps = [f"| {name} | {caps_of(name, speeds, costs)} |" for name in MEASURED]
    facts = {
        "table": "\n".join(f"| {' | '.join(line)} |" for line in table),
        "caps": "\n".join(caps),
        "machine": speeds["machine"],
        "working": f"{WORKING_SECONDS:,}",
        "peak": str(PEAK),
        "reads": str(READS),
        "writes": f"{costs.writes:.1f}",
        "events": f"{costs.events:.0f}",
        "claim": f"{costs.claim_bytes / 1000:.0f}",
        "pool": str(POOL),
        **{f"connections_{many}": str(2 * many * POOL) for many in (1, 2, 3)},
        **{f"together_{many}": str(2 * many * POOL * SERVICES) for many in (1, 2, 3)},
    }
    return Template((FOLDER / "scale.template.md").read_text()).substitute(facts)


def row_of(case: Case, speeds: dict[str, Any], costs: Costs) -> dict[str, str]:
    """What an installation comes to."""
    a_year = case.claims / case.years
    mean = a_year * costs.writes / WORKING_SECONDS
    events = a_year * costs.events / WORKING_SECONDS
    month = a_year * case.largest / 12
    return {
        "people": f"{case.people:,}",
        "years": f"{case.years:.2f}",
        "programmes, share of the largest": f"{case.programmes}, {case.largest:.0%}",
        "claims": f"{case.claims:,.0f}",
        "claims a year": f"{a_year:,.0f}",
        "all four databases at the end": _size(case.claims * costs.claim_bytes),
        "their largest `outbox`": _size(case.claims * costs.outbox_bytes),
        "writes in a busy second": _rate(mean * PEAK),
        "reads in a busy second": _rate(mean * PEAK * READS),
        "of one `main`'s writes": f"{mean * PEAK / speeds['verify']:.1%}",
        "events in a busy second": _rate(events * PEAK),
        "of one relay": f"{events * PEAK / speeds['relay']:.2%}",
        "the largest programme's claims of a month": f"{month:,.0f}",
        "verified at one go in": _time(month / speeds["verify"]),
        "a day's events, heard after a day away": _time(a_year * costs.events / 220 / speeds["hear"]),
    }


def caps_of(name: str, speeds: dict[str, Any], costs: Costs) -> str:
    """A speed, and how many claims a year it is enough for if every busy second is filled."""
    each = 1.0 if name == "verify" else costs.events
    claims = speeds[name] / each / PEAK * WORKING_SECONDS
    return f"{speeds[name]:,} | {claims / 1_000_000:,.1f} million"


def _rate(a_second: float) -> str:
    return f"{a_second:,.2f}" if a_second < 10 else f"{a_second:,.0f}"


def _size(size: float) -> str:
    return f"{size / 1e9:,.1f} GB" if size < 1e11 else f"{size / 1e9:,.0f} GB"


def _time(seconds: float) -> str:
    return f"{seconds:,.1f} s" if seconds < 120 else f"{seconds / 60:,.0f} min"


def take(benches: list[Path]) -> None:
    """Write the speeds that the page asks for, of what the bench kept."""
    rows: list[dict[str, Any]] = []
    told = ""
    for bench in benches:
        kept = json.loads(bench.read_text())
        rows += kept["rows"]
        told = f"{kept['ground']['Python']}, PostgreSQL {kept['ground']['PostgreSQL']}"
    speeds = {
        name: next(row["rate"] for row in rows if row["what"].startswith(what)) for name, what in MEASURED.items()
    }
    SPEEDS.write_text(json.dumps({"machine": told} | speeds, indent=1) + "\n")


if __name__ == "__main__":
    take([Path(one) for one in sys.argv[1:]])
