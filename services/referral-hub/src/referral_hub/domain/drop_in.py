"""Light-touch support after completion (S-15, BR-C3): for whom, and what can be said about it."""

from dataclasses import dataclass
from datetime import date

from rulebook.refusal import Refusal, every_refusal


@dataclass(frozen=True, slots=True)
class Past:
    """What the asker may see of somebody's support, as far as drop-ins look."""

    completed_on: tuple[date, ...]
    """Last days of support that had started."""
    open_since: tuple[date, ...]
    """Days of referral of what has not ended."""


def drop_in_is_not_in_the_future(day: date, today: date, past: Past) -> Refusal | None:
    if day <= today:
        return None
    return Refusal(
        "drop_in_in_the_future", f"{day} is still to come.", "Give the day it happened, or leave it out for today."
    )


def support_was_completed(day: date, today: date, past: Past) -> Refusal | None:
    """Former users drop in; nobody else does."""
    if any(completed_on <= day for completed_on in past.completed_on):
        return None
    return Refusal(
        "support_not_completed",
        f"No support of this person had ended by {day}.",
        "Write a case note while someone is supported; refer someone new to the hub.",
    )


def nothing_is_open(day: date, today: date, past: Past) -> Refusal | None:
    """Who has been referred again is supported, or waits to be."""
    if all(day < since for since in past.open_since):
        return None
    return Refusal(
        "referral_is_open",
        f"This person had an open referral on {day}.",
        "Write a case note if they are supported; go on with the referral if they wait.",
    )


RULES = (drop_in_is_not_in_the_future, support_was_completed, nothing_is_open)


def refusals_of_drop_in(day: date, today: date, past: Past) -> tuple[Refusal, ...]:
    """Every reason why there was no drop-in that day; none when there may have been."""
    return every_refusal(RULES, day, today, past)
