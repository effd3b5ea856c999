from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.domain.ratio import Ratio, half_up


@pytest.mark.parametrize(
    ("part", "whole", "rendered"),
    [
        (24, 30, "80.0%"),
        (2, 3, "66.7%"),
        (1, 3, "33.3%"),
        (1, 2000, "0.1%"),
        (1, 2001, "0.0%"),
        (9995, 10000, "100.0%"),
        (9994, 10000, "99.9%"),
        (0, 7, "0.0%"),
        (45, 5, "900.0%"),
        (0, 0, "n/a"),
        (5, 0, "n/a"),
    ],
)
def test_a_percentage_has_one_decimal_half_up(part: int, whole: int, rendered: str) -> None:
    assert Ratio(part, whole).percent == rendered


def test_a_ratio_can_be_read_as_so_many_each() -> None:
    assert Ratio(57, 10).each == "5.7"


def test_ratios_are_added_as_counts_and_not_averaged() -> None:
    assert (Ratio(1, 1) + Ratio(1, 7)).percent == "25.0%"


@settings(max_examples=50, deadline=None, database=None)
@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_half_up_is_the_nearest_whole_number_and_the_upper_of_two(dividend: int, divisor: int) -> None:
    off = half_up(dividend, divisor) - Fraction(dividend, divisor)

    assert Fraction(-1, 2) < off <= Fraction(1, 2)


@pytest.mark.parametrize(("dividend", "divisor"), [(-1, 2), (1, 0)])
def test_counts_are_never_negative_and_nothing_is_divided_by_zero(dividend: int, divisor: int) -> None:
    with pytest.raises(ValueError, match="never negative"):
        half_up(dividend, divisor)
