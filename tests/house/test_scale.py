"""The arithmetic of the page on how far it reaches, held to numbers worked out by hand."""

import importlib.util
from typing import Any

from tests.parts.shared import ROOT

SPEC = importlib.util.spec_from_file_location("scale", ROOT / "docs" / "scale.py")
assert SPEC is not None
assert SPEC.loader is not None
scale: Any = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(scale)


def test_a_case_is_worked_out_as_by_hand() -> None:
    """300,000 people, ten years, 2 claims each: 60,000 claims a year, and of 6.336 million seconds each year."""
    case = scale.Case("a case", 300_000, 10, 4, 0.5, outcomes=2)
    costs = scale.Costs(claim_bytes=40_000, outbox_bytes=5_000, events=10, writes=5)

    row = scale.row_of(case, {"verify": 50, "relay": 5_000, "hear": 1_000}, costs)

    assert row["claims"] == "600,000"
    assert row["all four databases at the end"] == "24.0 GB"
    assert row["their largest `outbox`"] == "3.0 GB"
    assert row["writes in a busy second"] == "0.47"  # 60,000 times 5, through 6,336,000, times 10
    assert row["of one `main`'s writes"] == "0.9%"  # 0.47 through 50
    assert row["events in a busy second"] == "0.95"
    assert row["the largest programme's claims of a month"] == "2,500"
    assert row["verified at one go in"] == "50.0 s"
    assert row["a day's events, heard after a day away"] == "2.7 s"  # 60,000 times 10, through 220, through 1,000


PAGE = """
One claim is **30 kB** in all four databases, backups and WAL apart.

| `outbox` | 864 | 222 | 11 MB | 1.1 GB | 11 GB |
| `idempotency` | 1,000 | 148 | 30 days | 30 days | 30 days |
| `outbox` | 4,688 | 888 | 56 MB | 5.6 GB | 56 GB |
| `idempotency` | 1,148 | 176 | 30 days | 30 days | 30 days |

| `idempotency` | 30 days: nobody repeats a request later | the worker, once an hour |
| `outbox`, `stream`, `log` | for good | nobody |

A claim's events are 9 messages of together 11 kB, on all topics.
"""


def test_what_a_claim_costs_is_read_from_the_page_of_sizes() -> None:
    assert scale.Costs.read(PAGE) == scale.Costs(30_000, 4_688 + 888, 9, (1_148 + 1_324) / 824)
    assert scale.Costs.read((ROOT / "docs" / "sizes.md").read_text()).writes > 1


def test_the_speeds_are_of_one_bench_and_every_one_is_there() -> None:
    kept = scale.json.loads(scale.SPEEDS.read_text())

    assert kept.keys() == {"machine", *scale.MEASURED}
    assert all(kept[name] > 0 for name in scale.MEASURED)
