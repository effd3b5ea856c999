from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.domain.valuation import UsedUp, Valuation, thresholds_reached, value_claim
from tests.claims.builders import ACHIEVED_ON, CONTRACT

CAP = 2_230_000_000
IN_COVID = date(2020, 4, 1)


def amounts(valuation: Valuation) -> list[int]:
    return [share.pence for share in valuation.shares]


@pytest.mark.row("S-87")
def test_the_claim_that_crosses_the_cap_is_paid_in_part() -> None:
    crossing = value_claim(220_000, ACHIEVED_ON, CONTRACT, UsedUp(CAP - 100_000))
    after = value_claim(220_000, ACHIEVED_ON, CONTRACT, UsedUp(CAP))

    assert (crossing.payable_pence, crossing.above_cap_pence, amounts(crossing)) == (100_000, 120_000, [70_000, 30_000])
    assert (after.payable_pence, after.above_cap_pence, amounts(after)) == (0, 220_000, [0, 0])


@pytest.mark.parametrize(("left", "payable"), [(49_999, 49_999), (50_000, 50_000), (50_001, 50_000), (1, 1), (0, 0)])
def test_the_last_pound_of_the_cap_is_paid_and_not_one_more(left: int, payable: int) -> None:
    assert value_claim(50_000, ACHIEVED_ON, CONTRACT, UsedUp(CAP - left)).payable_pence == payable


@pytest.mark.row("S-90")
def test_an_outcome_of_the_covid_window_is_valued_and_pays_nothing() -> None:
    valuation = value_claim(50_000, IN_COVID, CONTRACT, UsedUp())

    assert valuation.payment_mode == "payment-for-service"
    assert (valuation.price_pence, valuation.payable_pence, valuation.above_cap_pence) == (50_000, 0, 0)
    assert amounts(valuation) == [0, 0]


@pytest.mark.row("S-86")
def test_five_hundred_pounds_are_three_hundred_and_fifty_and_a_hundred_and_fifty() -> None:
    assert amounts(value_claim(50_000, ACHIEVED_ON, CONTRACT, UsedUp())) == [35_000, 15_000]


@pytest.mark.row("S-84")
def test_after_september_2024_the_fund_pays_nothing() -> None:
    valuation = value_claim(50_000, date(2024, 10, 1), CONTRACT, UsedUp())

    assert [(share.payer, share.pence) for share in valuation.shares] == [("kirklees-council", 50_000)]


def test_a_programme_without_a_cap_pays_every_price() -> None:
    assert value_claim(220_000, ACHIEVED_ON, replace(CONTRACT, cap_pence=None), UsedUp(10**12)).payable_pence == 220_000


@given(
    prices=st.lists(st.integers(0, 500_000), max_size=40),
    days=st.lists(st.dates(date(2019, 9, 1), date(2025, 12, 31)), min_size=40, max_size=40),
    cap=st.integers(0, 3_000_000),
)
def test_whatever_is_claimed_in_whatever_order_the_cap_holds_to_the_penny(
    prices: list[int], days: list[date], cap: int
) -> None:
    contract, paid, due = replace(CONTRACT, cap_pence=cap), 0, 0
    for price, day in zip(prices, days, strict=False):
        valuation = value_claim(price, day, contract, UsedUp(paid))
        by_outcome = price if valuation.payment_mode == "outcome" else 0
        due, paid = due + by_outcome, paid + valuation.payable_pence

        assert valuation.payable_pence + valuation.above_cap_pence == by_outcome
        assert sum(amounts(valuation)) == valuation.payable_pence
    assert paid == min(due, cap)


@pytest.mark.row("S-87")
@pytest.mark.parametrize(
    ("before", "after", "passed"),
    [
        (CAP // 2 - 1, CAP // 2, (50,)),
        (CAP // 2, CAP // 2 + 1, ()),
        (0, CAP - 1, (50, 75, 90, 95)),
        (CAP - 1, CAP, (100,)),
        (CAP, CAP, ()),
    ],
)
def test_a_threshold_is_passed_once(before: int, after: int, passed: tuple[int, ...]) -> None:
    assert set(thresholds_reached(CONTRACT, after)) - set(thresholds_reached(CONTRACT, before)) == set(passed)


def test_there_is_no_threshold_without_a_cap() -> None:
    assert thresholds_reached(replace(CONTRACT, cap_pence=None), 10**12) == ()


@pytest.mark.row("S-88")
@pytest.mark.parametrize(
    ("before", "payable"), [(0, 220_000), (780_000, 220_000), (780_001, 219_999), (999_999, 1), (1_000_000, 0)]
)
def test_so_much_is_payable_for_one_person_and_the_next_penny_is_not(before: int, payable: int) -> None:
    """M-08, whatever the contract's own cap has left."""
    contract = replace(CONTRACT, cap_per_subject_pence=1_000_000)
    valuation = value_claim(220_000, ACHIEVED_ON, contract, UsedUp(subject_pence=before))

    assert (valuation.payable_pence, valuation.above_cap_pence) == (payable, 220_000 - payable)
    assert sum(share.pence for share in valuation.shares) == payable
    assert value_claim(220_000, ACHIEVED_ON, CONTRACT, UsedUp(subject_pence=before)).payable_pence == 220_000
