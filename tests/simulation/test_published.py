"""Published figures beside ours: what chance may do, and no more."""

import pytest

from simulation.lives import STARTS
from simulation.published import Beside, beside, by_year
from simulation.seats import Json
from tests.simulation.test_lives import KBOP


def read(participants: int, **more: Json) -> Json:
    """What is read when everything comes out exactly as published."""
    scale = participants / STARTS
    counts = {"returning": 0.0, "under_25": 0.17, "offending": 0.10, "starts_lcf": 0.0, "starts_historic": 0.0}
    referrals = 8_521 * scale
    years = [{"year": year, "referrals": referrals / 5} for year in range(1, 6)]
    shares = [0.30, 0.20, 0.10, 0.10, 0.10]
    for year, share in zip(years, shares, strict=True):
        year |= {name: each * year["referrals"] for name, each in counts.items()}
        year |= {"returning": share * year["referrals"], "starts_lcf": 5_872 / 5 * scale}
        year |= {"starts_historic": 523 / 5 * scale}
    months = [f"{2019 + (8 + n) // 12}-{(8 + n) % 12 + 1:02}-01" for n in range(55)]

    def waits(first: float, last: float) -> list[Json]:
        return [
            {"month": month, "people": 100 * scale, "mean_days": first if place < 4 else last}
            for place, month in enumerate(months)
        ]

    helped = round(0.2 * 5_872 * scale)
    return {
        "participants": participants,
        "years": years,
        "sources": {one.source: referrals * one.share_basis_points / 10_000 for one in KBOP.referrals.sources},
        "any": {"people": 5_514 * scale},
        "homes": {"people": 3_675 * scale},
        "ete": {"people": 2_727 * scale, "outcomes": 3_641 * scale},
        "entered": {"outcomes": 400 * scale},
        "stayed": {"outcomes": 264 * scale},
        "waits": {"to_plan": waits(50, 15), "to_allocation": waits(10, 5)},
        "fund": [{"participant_id": n, "amount_pence": 21_400} for n in range(helped)],
    } | more


@pytest.mark.parametrize("participants", [200, STARTS])
def test_what_comes_out_as_published_is_within(participants: int) -> None:
    rows = beside(read(participants), KBOP)

    assert len(rows) == 26
    assert [row.what for row in rows if not row.within] == []


def row_of(rows: list[Beside], what: str) -> Beside:
    return next(row for row in rows if row.what == what)


def test_what_may_differ_shrinks_as_participants_grow() -> None:
    few, many = beside(read(200), KBOP), beside(read(STARTS), KBOP)
    ratio = (STARTS / 200) ** 0.5

    for what in ("Under 25", "Re-referrals, first year", "Referred by: Kirklees Council"):
        assert row_of(few, what).tolerance == pytest.approx(ratio * row_of(many, what).tolerance)


def test_a_council_of_29_percent_is_chance_among_40_and_none_among_267() -> None:
    sources = {one.source: one.share_basis_points / 100 for one in KBOP.referrals.sources} | {"council": 29.4}

    def council_among(participants: int) -> bool:
        referrals = 8_521 * participants / STARTS
        shares = {source: share * referrals / 100 for source, share in sources.items()}
        return row_of(beside(read(participants, sources=shares), KBOP), "Referred by: Kirklees Council").within

    assert council_among(30)
    assert not council_among(200)


def test_years_begin_in_september() -> None:
    statements = [
        {"month": month, "value_pence": 2, "payable_pence": 1} for month in ("2019-09", "2020-08", "2020-09", "2024-03")
    ]

    assert by_year(statements) == [("2019/20", 4, 2), ("2020/21", 2, 1), ("2023/24", 2, 1)]
