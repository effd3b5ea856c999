"""How long someone has waited, and whether that was too long (BR-B1, BR-B2, BR-B4, BR-B6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .dates import in_utc


@dataclass(frozen=True, slots=True)
class WaitingTargets:
    """Clock hours, not working hours (A-30). Targets of the programme, not a contractual promise."""

    priority: timedelta = timedelta(hours=72)
    standard: timedelta = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time when the hub waited for the referrer's information; `until` is none while it still waits."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait so far, or a finished one. Waiting for information counts in `elapsed` and is shown beside it."""

    elapsed: timedelta
    awaiting_information: timedelta
    due_at: datetime
    late: bool


def wait(
    received_at: datetime,
    until: datetime,
    targets: WaitingTargets,
    *,
    priority: bool,
    pauses: Iterable[Pause] = (),
) -> Wait:
    """The wait from receipt until placement, start, or now. The last second of the target is still on time.

    A moment before receipt is no wait at all. Instants are compared in UTC: across a change of clocks
    two London times would differ by an hour too little or too much.
    """
    start = in_utc(received_at)
    end = max(in_utc(until), start)
    due_at = start + (targets.priority if priority else targets.standard)
    awaiting = sum((_within(pause, start, end) for pause in pauses), timedelta())
    return Wait(end - start, awaiting, due_at, end > due_at)


def _within(pause: Pause, start: datetime, end: datetime) -> timedelta:
    since = max(in_utc(pause.since), start)
    until = min(in_utc(pause.until), end) if pause.until else end
    return max(until - since, timedelta())
