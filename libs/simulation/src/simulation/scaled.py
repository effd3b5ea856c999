"""The programme in proportion to how many people are simulated, so that targets and cap can be met or missed.

The folder stays as it is: what it says is for the programme's real size.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from programme import Programme
from programme.reporting import Targets
from rulebook.calendar import months_after

from .lives import STARTS


def scaled(programme: Programme, participants: int) -> Programme:
    """Targets, cap and grants in the proportion of participants to the programme's starts, and a name that says so.

    A month's target stays a whole number: to date, each is half of one or less from its proportion. All are ours then,
    and so `illustrative`; the rest is the same.
    """
    if participants == STARTS:
        return programme
    about, money = programme.about, programme.money
    cap = None if money.cap_pence is None else _part(money.cap_pence, participants)
    windows = (
        each.model_copy(update={"monthly_grant_pence": _part(each.monthly_grant_pence, participants)})
        for each in money.windows
    )
    targets = (month for period in programme.kpi.targets for month in _monthly(period, about.ends_on, participants))
    return replace(
        programme,
        about=about.model_copy(update={"name": f"{about.name} (illustrative: scaled to {participants} participants)"}),
        money=money.model_copy(
            update={"cap_pence": cap, "cap_illustrative": cap is not None, "windows": tuple(windows)}
        ),
        kpi=programme.kpi.model_copy(update={"targets": tuple(targets)}),
    )


def _monthly(period: Targets, ends_on: date, participants: int) -> Iterator[Targets]:
    """The period month by month: each has what brings the sum so far nearest to its proportion."""
    last = min(period.until_on or ends_on, ends_on)
    first, months = period.from_on, 0
    while first <= last:
        following = months_after(first.replace(day=1), 1)
        so_far, then = (
            {row: _part(target * count, participants) for row, target in period.monthly.items()}
            for count in (months, months + 1)
        )
        due = {row: then[row] - so_far[row] for row in then if then[row] > so_far[row]}
        until = min(following - timedelta(days=1), last)
        yield period.model_copy(update={"from_on": first, "until_on": until, "monthly": due, "illustrative": True})
        first, months = following, months + 1


def _part(whole: int, participants: int) -> int:
    """In proportion, half up."""
    return (2 * whole * participants + STARTS) // (2 * STARTS)
