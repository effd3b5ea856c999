"""A month's statement: what it adds up to, which corrections it can carry, and when the month may be closed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rulebook.calendar import months_after
from rulebook.refusal import Refusal

from .money import PayerAmount


@dataclass(frozen=True, slots=True)
class Amounts:
    """Value, payable, what the cap kept back, and each payer's part of the payable; negative when taken back."""

    value_pence: int = 0
    payable_pence: int = 0
    above_cap_pence: int = 0
    shares: tuple[PayerAmount, ...] = ()


def taken_back(amounts: Amounts) -> Amounts:
    """What reverses it, to the penny and payer by payer (BR-F7, BR-H13)."""
    return Amounts(
        -amounts.value_pence,
        -amounts.payable_pence,
        -amounts.above_cap_pence,
        tuple(PayerAmount(share.payer, -share.pence) for share in amounts.shares),
    )


def total_of(lines: Iterable[Amounts]) -> Amounts:
    """The sum of lines: totals, and each payer's sum in the order in which payers first appear."""
    value = payable = above = 0
    owed: dict[str, int] = {}
    for line in lines:
        value, payable, above = value + line.value_pence, payable + line.payable_pence, above + line.above_cap_pence
        for share in line.shares:
            owed[share.payer] = owed.get(share.payer, 0) + share.pence
    return Amounts(value, payable, above, tuple(PayerAmount(payer, pence) for payer, pence in owed.items()))


def adjustments_carried(claims: Amounts, waiting: Sequence[Amounts]) -> int:
    """How many of the waiting adjustments, in order, a month can carry without anyone owing less than nothing.

    The others wait for a later month.
    """
    count = 0
    total = claims
    for adjustment in waiting:
        total = total_of((total, adjustment))
        if min(total.value_pence, total.payable_pence, total.above_cap_pence, *(s.pence for s in total.shares)) < 0:
            break
        count += 1
    return count


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def month_has_ended(month: date, today: date) -> Refusal | None:
    if month < first_of_month(today):
        return None
    return Refusal(
        "month_not_ended",
        f"{month:%Y-%m} has not ended.",
        f"Close it from {months_after(month, 1)}.",
    )


def month_is_next(month: date, closed_month: date | None, first_open_on: date | None) -> Refusal | None:
    """Months close one after another; the first may be any up to the one of the first verified claim."""
    if closed_month is not None:
        due = months_after(closed_month, 1)
        if month <= closed_month:
            return Refusal(
                "month_closed",
                f"{month:%Y-%m} is closed, and its statement cannot be changed.",
                f"Corrections are adjustments in a later statement; close {due:%Y-%m} next.",
            )
        if month != due:
            return Refusal("month_not_next", f"{month:%Y-%m} is not the next to close.", f"Close {due:%Y-%m} next.")
    elif first_open_on is not None and month > first_of_month(first_open_on):
        return Refusal(
            "month_not_next",
            f"Claims were verified in {first_open_on:%Y-%m}, before {month:%Y-%m}.",
            f"Close {first_open_on:%Y-%m} first.",
        )
    return None


SHOWN = 5
"""Streams named in a refusal; the others are counted."""


def nothing_heard_is_left_out(aside: Sequence[str]) -> Refusal | None:
    """What stepped aside may be an outcome, a withdrawal or a merger that the statement should know of."""
    if not aside:
        return None
    streams = ", ".join(aside[:SHOWN]) + (f" and {len(aside) - SHOWN} more" if len(aside) > SHOWN else "")
    return Refusal(
        "streams_aside",
        f"{len(aside)} of the streams that claims hears have stepped aside: {streams}.",
        "An operator retries or skips them first: docs/runbooks/parked-stream.md.",
    )
