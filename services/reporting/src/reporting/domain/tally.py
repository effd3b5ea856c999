"""The tally: what each thing heard adds to the tracker, and in which month, so that a month is added up, not recounted.

A cell holds by how much one count changes in one month; what a tracker shows is the sum of all months to its own. When
a thing changes, what it added is taken away and what it adds now is added: corrections, withdrawals and adjustments
move the cells back, and the order in which things were heard leaves no trace.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from rulebook.codes import CLOSED_AS_DUPLICATE

from .month import month_of
from .standing import ADDED_VALUE_REFUSALS, OutcomePlace, Place, place_of

RECEIVED, PLACED, STARTED = "received", "placed", "started"
"""Referrals the hub received, those placed with a provider and kept, and cases started."""
NO_PROVIDER = ""
"""Whose the referrals are that the hub received."""


class Cell(NamedTuple):
    """One count of one provider, and a month in which it changes."""

    provider_id: str
    counted: str
    """An outcome's code, or an activity."""
    place: Place
    month: date
    """Its first day."""


Tally = Counter[Cell]
"""By how much each cell changes."""


@dataclass(frozen=True, slots=True)
class Change:
    """A thing as it was kept before a batch of events, none when it is new, and as it is kept now; by column."""

    before: Mapping[str, Any] | None
    after: Mapping[str, Any]


def referral_tally(referral: Mapping[str, Any]) -> Tally:
    """A referral that ended as a duplicate of another counts nowhere."""
    counts = referral["duplicate_on"] is None
    return _once(NO_PROVIDER, RECEIVED, referral["referred_on"] if counts else None)


def allocation_tally(allocation: Mapping[str, Any]) -> Tally:
    """An allocation handed back, or taken back, is no referral of that provider's."""
    kept = allocation["declined_on"] is None and allocation["withdrawn_on"] is None
    return _once(allocation["provider_id"], PLACED, allocation["allocated_on"] if kept else None)


def case_tally(case: Mapping[str, Any]) -> Tally:
    """The case of a duplicate is no start: its participant has another."""
    counts = case["closure_reason"] != CLOSED_AS_DUPLICATE
    return _once(case["provider_id"], STARTED, case["started_on"] if counts else None)


def activity_tally(activity: Mapping[str, Any]) -> Tally:
    """What counts by its day alone, under the activity's own name."""
    return _once(activity["provider_id"], activity["activity"], activity["happened_on"])


def outcome_tally(outcome: Mapping[str, Any]) -> Tally:
    """The outcome in its place from the month achieved, and in another from the month in which the prime accepted it.

    It is its lead provider's alone, so the partnership counts a joint one once (BR-K10); who contributed has it beside.
    """
    tally = Tally()
    if outcome["achieved_on"] is None:
        return tally
    code, lead, first = outcome["outcome"], outcome["provider_id"], month_of(outcome["achieved_on"])
    standing = OutcomePlace(
        claim_state=outcome["claim_state"],
        withdrawn=outcome["withdrawn_on"] is not None,
        added_value=not ADDED_VALUE_REFUSALS.isdisjoint(outcome["refusals"]),
        taken_back=outcome["taken_back_on"] is not None,
    )
    acceptance = outcome["accepted_on"] and max(first, month_of(outcome["accepted_on"]))
    tally[Cell(lead, code, place_of(standing, accepted=False), first)] += 1
    if acceptance:
        tally[Cell(lead, code, place_of(standing, accepted=False), acceptance)] -= 1
        tally[Cell(lead, code, place_of(standing, accepted=True), acceptance)] += 1
    for cell, count in list(tally.items()):
        if cell.place == "achieved":
            for contributor in set(outcome["contributors"]) - {lead}:
                tally[cell._replace(provider_id=contributor, place="contributed")] += count
    return _what_counts(tally)


def change_in_tally(tally_of: Callable[[Mapping[str, Any]], Tally], change: Change) -> Tally:
    """What to add to the cells: what the thing adds now, without what it added before."""
    tally = tally_of(change.after)
    if change.before is not None:
        tally.subtract(tally_of(change.before))
    return _what_counts(tally)


def _once(provider_id: str, activity: str, day: date | None) -> Tally:
    return Tally() if day is None else Tally([Cell(provider_id, activity, "achieved", month_of(day))])


def _what_counts(tally: Tally) -> Tally:
    return Tally({cell: count for cell, count in tally.items() if count and cell.place != "none"})
