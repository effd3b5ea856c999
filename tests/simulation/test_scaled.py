"""Targets and cap in proportion to the people simulated: whole numbers, near their proportion, and said to be ours."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programme import Programme, lint, load_folder
from reporting.domain.month import months_through
from reporting.domain.targets import TargetPeriod, targets_by_month, targets_missing
from simulation.lives import STARTS
from simulation.scaled import scaled

KBOP = load_folder(Path(__file__).parents[2] / "programmes/kbop")
LAST_MONTH = date(2024, 9, 1)


def to_date(programme: Programme, month: date) -> Counter[str]:
    """Of all providers, by row."""
    found = targets_by_month(periods(programme), month)
    return Counter({row: sum(by_month.values()) for row, by_month in found.items()})


def periods(programme: Programme) -> list[TargetPeriod]:
    return [TargetPeriod(one.provider_id, one.from_on, one.until_on, one.monthly) for one in programme.kpi.targets]


@given(participants=st.integers(1, 2 * STARTS), month=st.dates(date(2019, 9, 1), LAST_MONTH))
@settings(max_examples=40, deadline=None, database=None)
def test_every_target_to_date_is_near_its_proportion_at_any_size(participants: int, month: date) -> None:
    whole, part = to_date(KBOP, month), to_date(scaled(KBOP, participants), month)

    each_may_be_off = 0.5 * len(KBOP.provider_list)
    assert all(abs(part[row] - whole[row] * participants / STARTS) <= each_may_be_off for row in whole)


def test_two_hundred_have_the_cap_and_targets_of_two_hundred_and_say_so() -> None:
    small = scaled(KBOP, 200)

    assert (small.money.cap_pence, small.money.cap_illustrative) == (69_741_986, True)
    assert small.money.windows[0].monthly_grant_pence == 938_233
    assert small.about.name == f"{KBOP.about.name} (illustrative: scaled to 200 participants)"
    assert all(targets.illustrative for targets in small.kpi.targets)
    assert to_date(small, LAST_MONTH)["new-starts"] == pytest.approx(
        to_date(KBOP, LAST_MONTH)["new-starts"] / 32, abs=4.5
    )


@pytest.mark.parametrize("participants", [1, 12, 200, 12_790])
def test_what_is_scaled_is_sound_and_lacks_no_month(participants: int) -> None:
    small = scaled(KBOP, participants)

    assert lint(small) == []
    assert not any(
        targets_missing(periods(small), one.provider_id, one.joined_on, one.left_on, month)
        for one in small.provider_list
        for month in months_through(KBOP.about.starts_on, LAST_MONTH)
    )


def test_the_real_size_is_the_folder_and_the_folder_stays() -> None:
    scaled(KBOP, 200)

    assert scaled(KBOP, STARTS) is KBOP
    assert load_folder(Path(__file__).parents[2] / "programmes/kbop") == KBOP
    assert (KBOP.money.cap_pence, KBOP.money.cap_illustrative) == (2_230_000_000, False)
