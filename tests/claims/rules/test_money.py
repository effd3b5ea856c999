from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.domain.money import WHOLE, DatedShares, NoSharesInForce, Share, SharesAreNotWhole, shares_on, split
from rulebook.pounds import pounds
from tests.claims.builders import CONTRACT

SEVENTY_THIRTY = (Share("kirklees-council", 7000), Share("lcf", 3000))


@st.composite
def whole_shares(draw: st.DrawFn) -> tuple[Share, ...]:
    cuts = sorted(draw(st.lists(st.integers(0, WHOLE), max_size=5)))
    return tuple(
        Share(f"payer-{n}", upper - lower)
        for n, (lower, upper) in enumerate(zip([0, *cuts], [*cuts, WHOLE], strict=True))
    )


@pytest.mark.parametrize(
    ("pence", "council", "lcf"),
    [(50_000, 35_000, 15_000), (1, 1, 0), (2, 1, 1), (5, 4, 1), (15, 11, 4), (100_000, 70_000, 30_000), (0, 0, 0)],
)
def test_the_first_payer_rounds_half_up_and_the_last_takes_the_remainder(pence: int, council: int, lcf: int) -> None:
    assert [amount.pence for amount in split(pence, SEVENTY_THIRTY)] == [council, lcf]


@given(pence=st.integers(0, 10**13), shares=whole_shares())
def test_every_penny_has_one_payer(pence: int, shares: tuple[Share, ...]) -> None:
    amounts = split(pence, shares)

    assert sum(amount.pence for amount in amounts) == pence
    assert all(amount.pence >= 0 for amount in amounts)
    assert [amount.payer for amount in amounts] == [share.payer for share in shares]


@given(pence=st.integers(0, 10**13), shares=whole_shares())
def test_nobody_pays_more_than_half_a_penny_off_but_the_last(pence: int, shares: tuple[Share, ...]) -> None:
    for share, amount in zip(shares[:-1], split(pence, shares)[:-1], strict=True):
        assert 2 * (amount.pence * WHOLE - pence * share.basis_points) <= WHOLE


@pytest.mark.parametrize("basis_points", [(7000, 2999), (7000, 3001), (10_001, -1)])
def test_shares_that_are_not_whole_are_no_shares(basis_points: tuple[int, int]) -> None:
    with pytest.raises(SharesAreNotWhole):
        DatedShares(date(2019, 9, 1), None, (Share("a", basis_points[0]), Share("b", basis_points[1])))


@pytest.mark.parametrize(
    ("day", "payers"),
    [
        (date(2019, 9, 1), {"kirklees-council": 7000, "lcf": 3000}),
        (date(2024, 9, 30), {"kirklees-council": 7000, "lcf": 3000}),
        (date(2024, 10, 1), {"kirklees-council": 10_000}),
    ],
)
def test_the_fund_pays_for_outcomes_achieved_to_the_end_of_september_2024(day: date, payers: dict[str, int]) -> None:
    assert {share.payer: share.basis_points for share in shares_on(day, CONTRACT.funding)} == payers


def test_a_payer_may_have_no_share() -> None:
    nobodys = DatedShares(date(2019, 9, 1), None, (Share("a", WHOLE), Share("b", 0)))

    assert [amount.pence for amount in split(5, nobodys.shares)] == [5, 0]


def test_nobody_pays_for_a_day_before_the_programme() -> None:
    with pytest.raises(NoSharesInForce):
        shares_on(date(2019, 8, 31), CONTRACT.funding)


@pytest.mark.parametrize(("pence", "words"), [(34_175, "£341.75"), (220_000, "£2,200.00"), (5, "£0.05")])
def test_pence_are_read_as_pounds(pence: int, words: str) -> None:
    assert pounds(pence) == words
