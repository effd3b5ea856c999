"""What the demo shows, as tables; figures of ours are marked `illustrative`."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from console.addresses import Edge
from console.fitting import FittingTable
from console.reconciling import EdgeTally

from .kept import PathRecord
from .published import Beside
from .seats import Json

Reconciled = Mapping[Edge, EdgeTally]

STYLES = {"did": "", "no": "yellow", "fixed": "cyan", "money": "green"}
ILLUSTRATIVE = "illustrative: no source publishes them"

ADDS_UP = "Lines add up to their statement and shares to what is payable, to the penny."
DIFFERS = "THE LINES DO NOT ADD UP TO THE STATEMENT"


def pounds(pence: int) -> str:
    """`£1,234.50`; negative amounts with their sign before the pound."""
    sign = "-" if pence < 0 else ""
    return f"{sign}£{abs(pence) // 100:,}.{abs(pence) % 100:02}"


def path_table(path: PathRecord) -> Table:
    """One person's way through, day by day."""
    table = _table(f"{path.title} — {path.name} (invented)", "Day", "Who", "What")
    table.columns[2].overflow = "fold"
    for step in path.steps:
        table.add_row(f"{step.on:%d %b}", step.who, Text(step.what, style=STYLES[step.mark]))
    return table


def statement_table(statement: Json, lines: Sequence[Json]) -> Table:
    """A statement's lines, and whether they add up to it."""
    payers = [share["payer"] for share in statement["shares"]]
    columns = ("Claim", "Provider", "Outcome", "Achieved", "Verified", "Payable", *payers)
    table = _table(f"Statement {statement['month']}, issued {statement['issued_on']}", *columns, figures_from=5)
    for line in lines:
        table.add_row(
            *(line[name] for name in ("claim_number", "provider_id", "outcome", "achieved_on", "verified_on")),
            *(pounds(pence) for pence in (line["payable_pence"], *shares_of(line, payers))),
        )
    table.add_section()
    total = (statement["payable_pence"], *shares_of(statement, payers))
    table.add_row("Total", "", "", "", "", *(pounds(pence) for pence in total), style="bold")
    table.caption = ADDS_UP if adds_up(statement, lines) else DIFFERS
    return table


def shares_of(amounts: Json, payers: Iterable[str]) -> list[int]:
    by_payer = {share["payer"]: share["pence"] for share in amounts["shares"]}
    return [by_payer.get(payer, 0) for payer in payers]


def adds_up(statement: Json, lines: Sequence[Json]) -> bool:
    """Lines add up to the totals, and every line's shares to its payable amount."""
    names = ("value_pence", "payable_pence", "above_cap_pence")
    payers = [share["payer"] for share in statement["shares"]]
    columns = list(zip(*(shares_of(line, payers) for line in lines), strict=True)) or [()] * len(payers)
    return (
        all(sum(line[name] for line in lines) == statement[name] for name in names)
        and [sum(column) for column in columns] == shares_of(statement, payers)
        and all(sum(share["pence"] for share in line["shares"]) == line["payable_pence"] for line in lines)
    )


def tracker_table(tracker: Json, before: Json | None = None) -> Table:
    """The KPI tracker, rows with something in them; beside the actuals, what they were before."""
    whose = tracker["provider_id"] or "the partnership"
    columns = ("Row", "Monthly target", "To date", "Actual", "Outstanding", "Variance", "%")
    table = _table(f"KPI tracker {tracker['month'][:7]}, {whose}", *columns, figures_from=1)
    was = {row["row"]: row["actuals_to_date"] for row in before["rows"]} if before else {}
    rows = [row for row in tracker["rows"] if row["actuals_to_date"] or row["evidence_outstanding"]]
    for row in rows:
        table.add_row(*_tracker_cells(row, was.get(row["row"])), style="bold" if row["kind"] == "total" else "")
    left_out = len(tracker["rows"]) - len(rows)
    notes = [f"Rows with nothing to show yet, left out: {left_out}."] if left_out else []
    notes += [f"Targets are {ILLUSTRATIVE}."] if tracker["illustrative_targets"] else []
    table.caption = " ".join(notes)
    return table


def _tracker_cells(row: Json, was: int | None) -> tuple[str, ...]:
    actual = row["actuals_to_date"]
    moved = was is not None and was != actual
    figures = (row["monthly_target"], row["target_to_date"], f"{was} → {actual}" if moved else actual)
    rest = (row["evidence_outstanding"], f"{row['variance']:+d}", row["percent_of_target"])
    return (row["title"], *(str(figure) for figure in (*figures, *rest)))


def months_table(summary: Json) -> Table:
    """The programme month by month, as reporting has heard it."""
    names = ("referrals", "starts", "outcomes_recorded", "outcomes_accepted", "claims_verified")
    titles = (name.replace("_", " ").capitalize() for name in names)
    table = _table("Month by month", "Month", *titles, "Value", "Payable", figures_from=1)
    for month in summary["months"]:
        table.add_row(month["month"][:7], *_month_cells(month, names))
    table.add_section()
    table.add_row("Total", *_month_cells(summary["total"], names), style="bold")
    table.caption = f"Simulated lives. Prices other than £500.00 and £2,200.00 are {ILLUSTRATIVE}."
    return table


def _month_cells(month: Json, names: Iterable[str]) -> list[str]:
    counts = [str(month[name]) for name in names]
    return [*counts, pounds(month["value_pence"]), pounds(month["payable_pence"])]


def statements_table(statements: Sequence[Json], sound: bool) -> Table:
    """Every closed month in one line."""
    payers = list(dict.fromkeys(share["payer"] for statement in statements for share in statement["shares"]))
    columns = ("Month", "Issued", "Lines", "Value", "Payable", "Above the cap", *payers)
    table = _table("Statements", *columns, figures_from=2)
    for one in statements:
        amounts = (one["value_pence"], one["payable_pence"], one["above_cap_pence"], *shares_of(one, payers))
        table.add_row(one["month"], one["issued_on"], str(one["lines"]), *(pounds(pence) for pence in amounts))
    table.caption = ADDS_UP if sound else DIFFERS
    return table


def published_table(rows: Sequence[Beside], participants: int) -> Table:
    """Published figures beside ours, scaled to how many were simulated."""
    columns = ("Figure", "Published, to scale", "Ours", "May differ by", "", "Source")
    table = _table(f"Published figures beside ours, for {participants:,} of 6,395 starts", *columns, figures_from=1)
    for row in rows:
        figures = (_figure(row.published, row.unit), _figure(row.ours, row.unit), _figure(row.tolerance, row.unit))
        table.add_row(row.what, *figures, "yes" if row.within else "NO", row.source, style="" if row.within else "red")
    table.caption = (
        "Ours come out of the services' APIs; the lives are drawn. What may differ is what chance alone may do, "
        "99 times of 100, among so many; for days to a plan it is ours."
    )
    return table


def _figure(value: float, unit: str) -> str:
    return f"£{value:,.0f}" if unit == "£" else f"{value:,.1f}{unit}"


def came_back_table(years: Sequence[Json]) -> Table:
    """How many came back, and how many claims did, year by year."""
    names = ("referrals", "returning", "helped_once", "closures", "joint_cases", "claims_submitted")
    titles = (name.replace("_", " ").capitalize() for name in (*names, "claims_returned", "claims_queried"))
    table = _table("Year by year", "Year", *titles, "Queried, %", figures_from=1)
    for year in years:
        cells = [str(year[name]) for name in (*names, "claims_returned", "claims_queried")]
        share = 100 * year["claims_queried"] / year["claims_submitted"] if year["claims_submitted"] else 0.0
        table.add_row(str(year["year"]), *cells, f"{share:.1f}")
    table.caption = "That fewer claims come back as years pass is published; how many is an assumption of ours."
    return table


def cap_table(years: Sequence[tuple[str, int, int]], cap_pence: int, *, illustrative: bool = False) -> Table:
    """Statements by year, against the cap."""
    table = _table(
        "Statements by year against the cap", "Year", "Value", "Payable", "To date", "Of the cap", figures_from=1
    )
    to_date = 0
    for year, value, payable in years:
        to_date += payable
        share = f"{100 * to_date / cap_pence:.1f}%" if cap_pence else "n/a"
        table.add_row(year, pounds(value), pounds(payable), pounds(to_date), share)
    ours = " (illustrative: the programme's, in proportion to the participants simulated)" if illustrative else ""
    table.caption = f"Cap {pounds(cap_pence)}{ours}. Outcomes of the payment-for-service window pay nothing (BR-H7)."
    return table


def queries_table(claims: Sequence[Json], left_out: int) -> Table:
    """Why claims came back, and what put them right."""
    table = _table("Why claims came back, and what put them right", "Claim", "Outcome", "By", "Why", "Answered", "Now")
    for claim in claims:
        for request in claim["requests"]:
            answer = request["answered_by_revision"]
            what = f"by revision {answer}" if answer else "not yet"
            details = (request["asked_by"], f"{request['code']}: {request['remedy']}")
            table.add_row(claim["number"], claim["outcome"], *details, what, claim["state"])
    table.columns[3].overflow = "fold"
    if left_out:
        table.caption = f"and {left_out} more claims; how many come back is illustrative."
    return table


def claims_table(claims: Sequence[Json]) -> Table:
    """How many claims stand where."""
    table = _table("Claims by state", "State", "Claims", figures_from=1)
    for state, count in sorted(Counter(claim["state"] for claim in claims).items()):
        table.add_row(state, str(count))
    return table


def outcomes_table(claims: Sequence[Json], outcomes: Mapping[str, str]) -> Table:
    """Every outcome of the rate cards, by code and title: how often it was claimed, and verified."""
    table = _table("Claims by outcome", "Outcome", "", "Claimed", "Verified", figures_from=2)
    claim_counts = Counter(claim["outcome"] for claim in claims)
    verified_counts = Counter(claim["outcome"] for claim in claims if claim["state"] == "verified")
    for code, title in outcomes.items():
        table.add_row(code, title, str(claim_counts[code]), str(verified_counts[code]))
    number = sum(1 for code in outcomes if claim_counts[code])
    table.caption = f"{number} of {len(outcomes)} outcomes of the cards happened; how often is illustrative."
    return table


def _table(title: str, *columns: str, figures_from: int | None = None) -> Table:
    table = FittingTable(
        title=title, title_justify="left", title_style="bold", caption_justify="left", box=box.SIMPLE_HEAD
    )
    for place, column in enumerate(columns):
        options: dict[str, Any] = {"justify": "right"} if figures_from is not None and place >= figures_from else {}
        table.add_column(column, **options)
    return table


def reconcile_table(tallies: Reconciled) -> Table:
    """What was announced and what was heard, edge by edge."""
    numbers = ("streams", "published", "applied", "in_flight", "waiting", "parked", "skipped", "missing", "forked")
    titles = (name.replace("_", " ").capitalize() for name in numbers)
    table = _table("Reconcile: what was announced, and what was heard", "Edge", *titles, figures_from=1)
    for edge, tally in tallies.items():
        figures = (str(getattr(tally, name)) for name in numbers)
        table.add_row(f"{edge.topic} → {edge.hearer}", *figures, style="" if tally.sound else "red")
    missing = sum(tally.missing for tally in tallies.values())
    table.caption = f"missing {missing}, forked {sum(tally.forked for tally in tallies.values())}"
    return table
