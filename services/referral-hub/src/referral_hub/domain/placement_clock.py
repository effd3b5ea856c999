"""How long someone has waited, and whether that was too long (BR-B1, BR-B2, BR-B4, BR-B6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rulebook.refusal import Refusal

from .dates import day_begins, in_utc, london_date


@dataclass(frozen=True, slots=True)
class PlacementTargets:
    """Clock hours, not working hours (A-30). Targets of the programme, not a contractual promise."""

    priority: timedelta = timedelta(hours=72)
    standard: timedelta = timedelta(days=14)


def waits_since(referred_on: date, entered_at: datetime) -> datetime:
    """When a wait began: at entry, or where the referral was made earlier, as that day began (BR-B1).

    Entering a referral late shortens nobody's wait, and a day is all that is known of an earlier one.
    """
    return entered_at if referred_on >= london_date(entered_at) else day_begins(referred_on)


def referral_is_not_after_its_entry(referred_on: date, entered_at: datetime) -> Refusal | None:
    """What is here was made before it came here."""
    entered_on = london_date(entered_at)
    if referred_on <= entered_on:
        return None
    return Refusal(
        "referred_after_its_entry",
        f"This referral was entered on {entered_on}: it cannot have been made on {referred_on}.",
        f"Give {entered_on} or an earlier day.",
    )


@dataclass(frozen=True, slots=True)
class Pause:
    """A time when the hub waited for the referrer's information; `until` is none while it still waits.

    Several questions may be open at once: their pauses overlap, and no moment counts twice.
    """

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
    since: datetime,
    until: datetime,
    targets: PlacementTargets,
    *,
    priority: bool,
    pauses: Iterable[Pause] = (),
) -> Wait:
    """The wait from referral until placement, start, or now. The last second of the target is still on time.

    A moment before the referral is no wait at all. Instants are compared in UTC: across a change of clocks
    two London times would differ by an hour too little or too much.
    """
    start = in_utc(since)
    end = max(in_utc(until), start)
    due_at = start + (targets.priority if priority else targets.standard)
    return Wait(end - start, _covered(pauses, start, end), due_at, end > due_at)


def _covered(pauses: Iterable[Pause], start: datetime, end: datetime) -> timedelta:
    """How much of a wait the pauses cover together."""
    total, so_far = timedelta(), start
    for pause in sorted(pauses, key=lambda one: in_utc(one.since)):
        until = min(in_utc(pause.until), end) if pause.until else end
        total += max(until - max(in_utc(pause.since), so_far), timedelta())
        so_far = max(so_far, until)
    return total
