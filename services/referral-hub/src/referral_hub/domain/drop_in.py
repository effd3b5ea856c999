"""Light-touch support after completion (S-15, BR-C3): what can be said about it."""

from datetime import date

from .refusal import Refusal


def drop_in_is_not_in_the_future(dropped_in_on: date, today: date) -> Refusal | None:
    if dropped_in_on <= today:
        return None
    return Refusal(
        "drop_in_in_the_future",
        f"{dropped_in_on} is still to come.",
        "Give the day it happened, or leave it out for today.",
    )
