"""Measure hot paths, print one table of ratios, and keep it as JSON: fails for what is wrong, never for slowness.

`make bench ONLY="relay hear"` measures these alone.
"""

import asyncio
import logging
import sys
from collections.abc import Mapping, Sequence
from time import perf_counter
from types import ModuleType

from rich import box
from rich.console import Console
from rich.table import Table

from common import telemetry
from tests.bench import (
    bench_announce,
    bench_assess,
    bench_bulk,
    bench_hear,
    bench_latency,
    bench_lists,
    bench_read,
    bench_reconcile,
    bench_relay,
    bench_rows,
    bench_submit,
    bench_verify,
)
from tests.bench.ground import ground
from tests.bench.measuring import Comparison, keep
from tests.parts.needs import everything_is_required
from tests.parts.shared import ROOT

KEPT = ROOT / ".tools" / "bench.json"
BENCHES = (
    bench_announce, bench_relay, bench_hear, bench_latency, bench_reconcile, bench_submit, bench_verify, bench_bulk,
    bench_read, bench_rows, bench_lists, bench_assess,
)  # fmt: skip
INTRODUCTION = """Each row is our code against a floor: less code that leaves the same rows in the same transactions.
Peers do as much, written as tutorials would. All take turns in this run, five rounds after one to warm up (of
10,000 stored claims three); what they left is checked after every lap.
The ratio is our speed as a share of the floor's (1.00 = as fast): median, least and most of the rounds.
Speeds are of this machine in this hour, for orientation only."""


def main() -> int:
    telemetry.set_up("bench", "worker", None)
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a new broker's first answers are "not yet"
    console = Console(width=max(130, Console().width))
    console.print(INTRODUCTION, highlight=False)
    started = perf_counter()
    found: list[Comparison] = []
    with ground() as here:
        for name, told in here.told.items():
            console.print(f"[bold]{name}[/]: {told}", highlight=False)
        for bench in chosen(sys.argv[1:]):
            console.print(f"  {name_of(bench)} …", highlight=False)
            found += asyncio.run(bench.measure(here))
    seconds = perf_counter() - started
    console.print(table(found))
    keep(KEPT, here.told, found, seconds)
    where = KEPT.relative_to(ROOT)
    console.print(f"Everything was checked and was right. {seconds:.0f} s; kept in {where}.", highlight=False)
    return lacking(console, here.kafka, here.told)


def name_of(bench: ModuleType) -> str:
    return bench.__name__.partition("bench_")[2]


def chosen(names: Sequence[str]) -> list[ModuleType]:
    known = {name_of(bench): bench for bench in BENCHES}
    if unknown := sorted(set(names) - set(known)):
        sys.exit(f"There is no benchmark called {', '.join(unknown)}: there are {', '.join(known)}.")
    return [known[name] for name in names or known]


def table(found: Sequence[Comparison]) -> Table:
    shown = Table(box=box.SIMPLE_HEAD)
    shown.add_column("What")
    shown.add_column("Against")
    for name in ("Ratio", "Min-max", "Ours a second", "Floor a second"):
        shown.add_column(name, justify="right")
    before = ""
    for row in found:
        ratio = row.ratio
        shown.add_row(
            row.what if row.what != before else "",
            row.floor,
            f"{ratio.median:.2f}",
            f"{ratio.least:.2f}-{ratio.most:.2f}",
            f"{row.rate:,.0f} {row.unit}",
            f"{row.floor_rate:,.0f}",
        )
        before = row.what
    return shown


def lacking(console: Console, kafka: str | None, told: Mapping[str, str]) -> int:
    if kafka is None:
        console.print(f"[bold]Not measured[/]: the relay. {told['Kafka']}", highlight=False)
    return int(kafka is None and everything_is_required())


if __name__ == "__main__":
    sys.exit(main())
