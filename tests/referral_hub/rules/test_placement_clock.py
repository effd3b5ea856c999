from datetime import date, datetime, timedelta

import pytest

from referral_hub.domain.dates import LONDON
from referral_hub.domain.placement_clock import Pause, PlacementTargets, wait, waits_since
from tests.referral_hub.builders import at

TARGETS = PlacementTargets()
RECEIVED = at(2021, 6, 1, 9)


@pytest.mark.row("S-09")
@pytest.mark.parametrize(
    ("priority", "elapsed", "late"),
    [
        (True, timedelta(hours=72), False),
        (True, timedelta(hours=72, seconds=1), True),
        (False, timedelta(days=14), False),
        (False, timedelta(days=14, seconds=1), True),
    ],
)
def test_the_last_second_of_the_target_is_on_time(priority: bool, elapsed: timedelta, late: bool) -> None:
    waited = wait(RECEIVED, RECEIVED + elapsed, TARGETS, priority=priority)

    assert waited.late is late
    assert waited.elapsed == elapsed


@pytest.mark.row("S-09")
@pytest.mark.parametrize(
    ("received_at", "same_hour_three_days_later", "elapsed", "late"),
    [
        (datetime(2021, 3, 26, 12, tzinfo=LONDON), datetime(2021, 3, 29, 12, tzinfo=LONDON), 71, False),
        (datetime(2021, 10, 29, 12, tzinfo=LONDON), datetime(2021, 11, 1, 12, tzinfo=LONDON), 73, True),
    ],
)
def test_hours_are_true_hours_when_the_clocks_change(
    received_at: datetime, same_hour_three_days_later: datetime, elapsed: int, late: bool
) -> None:
    waited = wait(received_at, same_hour_three_days_later, TARGETS, priority=True)

    assert waited.elapsed == timedelta(hours=elapsed)
    assert waited.late is late


def test_waiting_for_information_is_shown_beside_and_does_not_stop_the_clock() -> None:
    pauses = [Pause(at(2021, 6, 1, 10), at(2021, 6, 2, 10)), Pause(at(2021, 6, 4, 9), None)]

    waited = wait(RECEIVED, at(2021, 6, 4, 10), TARGETS, priority=True, pauses=pauses)

    assert waited.awaiting_information == timedelta(hours=25)
    assert waited.elapsed == timedelta(hours=73)
    assert waited.late


def test_a_pause_counts_only_within_the_wait() -> None:
    pauses = [Pause(at(2021, 5, 1), at(2021, 6, 1, 10)), Pause(at(2021, 6, 1, 11), at(2021, 7, 1))]

    waited = wait(RECEIVED, at(2021, 6, 1, 12), TARGETS, priority=False, pauses=pauses)

    assert waited.awaiting_information == timedelta(hours=2)


def test_a_moment_before_receipt_is_no_wait() -> None:
    assert wait(RECEIVED, RECEIVED - timedelta(hours=1), TARGETS, priority=False).elapsed == timedelta()


@pytest.mark.parametrize(
    ("referred_on", "entered_at", "since"),
    [
        (date(2021, 6, 1), at(2021, 6, 1, 9), at(2021, 6, 1, 9)),
        (date(2021, 6, 1), at(2021, 6, 3, 9), at(2021, 5, 31, 23)),
        (date(2021, 1, 2), at(2021, 3, 6, 9), at(2021, 1, 2)),
        (date(2021, 6, 2), at(2021, 6, 1, 23, 30), at(2021, 6, 1, 23, 30)),
        (date(2021, 3, 28), at(2021, 3, 29, 9), at(2021, 3, 28)),
        (date(2021, 10, 31), at(2021, 11, 1, 9), at(2021, 10, 30, 23)),
    ],
)
def test_a_wait_begins_at_entry_or_as_the_earlier_day_of_referral_began(
    referred_on: date, entered_at: datetime, since: datetime
) -> None:
    assert waits_since(referred_on, entered_at) == since


@pytest.mark.row("S-02")
def test_questions_open_at_once_count_no_hour_twice() -> None:
    pauses = [Pause(at(2021, 6, 2), at(2021, 6, 5)), Pause(at(2021, 6, 3), None), Pause(at(2021, 6, 3), at(2021, 6, 4))]

    waited = wait(RECEIVED, at(2021, 6, 7), TARGETS, priority=False, pauses=pauses)

    assert waited.awaiting_information == timedelta(days=5)
