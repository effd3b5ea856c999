from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.reconciling import AnnouncedStream, EdgeTally, HeardStream, Standing, reconcile, standing, troubled

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=1)


def event_id(subject: str, sequence: int) -> str:
    return str(UUID(int=hash((subject, sequence)) & (2**128 - 1)))


def announced(last: int = 5, subject: str = "participant/1", at: datetime = LONG_AGO) -> AnnouncedStream:
    return AnnouncedStream(subject, last, event_id(subject, last), at)


def heard(last: int = 5, subject: str = "participant/1", heard_of: int | None = None, **but: object) -> HeardStream:
    at_rest = HeardStream(
        subject, last, event_id(subject, last) if last else None, last if heard_of is None else heard_of
    )
    return replace(at_rest, **but)  # pyright: ignore[reportArgumentType] - the test's own names


@pytest.mark.parametrize(
    ("inbox", "is_the_case"),
    [
        (heard(5), "applied"),
        (heard(5, state="open", skipped=1), "applied"),
        (heard(4), "missing"),
        (heard(0), "missing"),
        (heard(4, heard_of=5), "waiting"),
        (heard(4, heard_of=5, state="retrying"), "parked"),
        (heard(4, heard_of=5, state="parked"), "parked"),
        (heard(4, state="parked"), "parked"),
        (heard(6), "forked"),
        (heard(5, last_event=event_id("another", 5)), "forked"),
        (heard(3, state="forked"), "forked"),
        (heard(5, last_event=None), "applied"),
    ],
)
def test_a_stream_long_announced_stands_where_its_hearer_says(inbox: HeardStream, is_the_case: Standing) -> None:
    assert standing(announced(), inbox, NOW) == is_the_case


@pytest.mark.parametrize(("seconds", "is_the_case"), [(0, "in-flight"), (59.999, "in-flight"), (60, "missing")])
def test_an_event_may_be_on_its_way_for_less_than_a_minute(seconds: float, is_the_case: Standing) -> None:
    said = announced(at=NOW - timedelta(seconds=seconds))

    assert standing(said, heard(4), NOW) == is_the_case


def test_a_lost_tail_is_found_though_nothing_follows_it() -> None:
    assert reconcile([announced(5)], [heard(3)], NOW).missing == 2


def test_a_stream_of_which_nothing_ever_came_is_found() -> None:
    assert reconcile([announced(3)], [], NOW) == EdgeTally(streams=1, published=3, missing=3)


def test_a_hearer_that_knows_a_stream_nobody_announced_is_forked() -> None:
    found = reconcile([], [heard(2)], NOW)

    assert (found.forked, found.applied, found.sound) == (1, 2, False)


def test_skipped_events_and_those_before_the_baseline_are_not_applied() -> None:
    found = reconcile([announced(10)], [heard(10, skipped=1, baseline=4)], NOW)

    assert (found.published, found.applied, found.skipped, found.sound) == (10, 5, 1, True)


def test_parked_waiting_and_in_flight_are_no_loss() -> None:
    subjects = ("parked", "waiting", "in-flight")
    said = [announced(5, subject, NOW if subject == "in-flight" else LONG_AGO) for subject in subjects]
    inbox = [heard(2, "parked", 3, state="parked"), heard(4, "waiting", 5), heard(3, "in-flight")]
    found = reconcile(said, inbox, NOW)

    assert found == EdgeTally(streams=3, published=15, applied=9, parked=3, waiting=1, in_flight=2)
    assert found.sound


@settings(max_examples=60, deadline=None, database=None)
@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30)), min_size=1, max_size=40))
def test_every_planted_loss_is_counted_and_the_sum_is_whole(planted: list[tuple[int, int]]) -> None:
    streams = [(str(n), last, min(lost, last)) for n, (last, lost) in enumerate(planted)]
    said = [announced(last, subject) for subject, last, _ in streams]
    inbox = [heard(last - lost, subject) for subject, last, lost in streams if lost < last]
    found = reconcile(said, inbox, NOW)

    assert found.missing == sum(lost for _, _, lost in streams)
    assert found.published == found.applied + found.missing
    assert found.sound == (found.missing == 0)


def test_the_streams_somebody_must_look_at_are_named_and_no_others() -> None:
    said = [announced(5, subject) for subject in ("whole", "parked", "missing", "waiting")]
    inbox = [
        heard(5, "whole"),
        heard(2, "parked", 3, state="parked"),
        heard(4, "missing"),
        heard(4, "waiting", 5),
        heard(2, "never-announced"),
    ]

    assert sorted(troubled(said, inbox, NOW)) == [
        ("missing", "missing"),
        ("never-announced", "forked"),
        ("parked", "parked"),
    ]
