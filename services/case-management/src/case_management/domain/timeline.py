"""All that is dated in a case stands in one order: its allocation, its start, what was done in it, its end.

Whatever is entered, put right or taken back, and from whichever side: what is done does not pass start or end, and
neither of these passes what is done.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rulebook.refusal import Refusal

BEFORE_THE_END = "Give a day on or before that, or ask the prime to put the closure right."


@dataclass(frozen=True, slots=True)
class DatedFact:
    """What is on record as having been on a day."""

    what: str
    """As people call it: `a change of phase`."""
    on: date

    def __str__(self) -> str:
        return f"{self.what} on {self.on}"


def is_not_after_the_end(closed_on: date | None, day: date, code: str) -> Refusal | None:
    """Of something new, or put right, in a case that may have closed."""
    if closed_on is None or day <= closed_on:
        return None
    return Refusal(code, f"The case closed on {closed_on}.", BEFORE_THE_END)


def is_not_before_the_start(started_on: date | None, day: date, code: str) -> Refusal | None:
    """Of something new, or put right, in a case that may have started."""
    if started_on is None or day >= started_on:
        return None
    remedy = "Give a day on or after that, or put the day of the start right first."
    return Refusal(code, f"The case started on {started_on}.", remedy)


def nothing_is_before(started_on: date, facts: Iterable[DatedFact], code: str) -> Refusal | None:
    """Of a start, and of what is dated in the case since."""
    return _out_of_order((each for each in facts if each.on < started_on), "before it", code)


def nothing_is_after(closed_on: date, facts: Iterable[DatedFact], code: str) -> Refusal | None:
    """Of an end, and of what is dated in the case until then."""
    return _out_of_order((each for each in facts if each.on > closed_on), "after it", code)


def _out_of_order(facts: Iterable[DatedFact], where: str, code: str) -> Refusal | None:
    lines = ", ".join(map(str, sorted(set(facts), key=lambda each: (each.on, each.what))))
    if not lines:
        return None
    return Refusal(
        code,
        f"On record {where}: {lines}.",
        "Give another day, or have what is on record put right or taken back first.",
    )
