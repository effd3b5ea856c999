"""An external audit looks at one quarter, as long as it was granted to (S-83)."""

from collections.abc import Iterable
from datetime import date, timedelta

from rulebook.refusal import Refusal

LONGEST = timedelta(days=366)


def quarter_of(month: date) -> str:
    """As `2022-Q4`."""
    return f"{month.year}-Q{(month.month + 2) // 3}"


def grant_ends_in_time(until_on: date, today: date) -> Refusal | None:
    """It is for a time to come, and for a year at most."""
    if today <= until_on <= today + LONGEST:
        return None
    return Refusal(
        "grant_ends_out_of_time",
        f"The grant would last until {until_on}.",
        f"Give a day from {today} to {today + LONGEST}.",
    )


def is_of_a_quarter_granted(stated_in: Iterable[date], grants: frozenset[str]) -> Refusal | None:
    """The months on whose statements a claim has a line say to which quarters it belongs; a statement, its own."""
    quarters = sorted({quarter_of(month) for month in stated_in})
    if grants.intersection(quarters):
        return None
    if not quarters:
        return Refusal("not_stated", "It is on no statement yet.", "Look at it once its month has been closed.")
    return Refusal(
        "quarter_not_granted",
        "Its quarter has not been granted to you, or the time is over.",
        f"Ask the council's oversight for a grant of {' or '.join(quarters)}.",
    )
