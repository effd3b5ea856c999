"""Read the KPI tracker for a month: a provider's, or the partnership's (S-101)."""

from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter

from common.transaction import Transaction
from common.web.problems import ProgrammeNotLoaded
from reporting.domain.targets import Staffing, TargetsMissing, targets_by_month, targets_missing, vacancies_by_month
from reporting.domain.tracker import Promised, Tracker, tracker
from reporting.operations.problems import NoSuchProvider
from reporting.storage.programmes import ProgrammeInForce, programme_in_force, target_periods
from reporting.storage.reports import staffing_to_date
from reporting.storage.tallies import tally_to_date


@dataclass(frozen=True, slots=True)
class TrackerReading:
    """A tracker, whether a figure among its targets is ours rather than published, and which targets nobody stated."""

    tracker: Tracker
    illustrative_targets: bool
    missing: tuple[TargetsMissing, ...] = ()


FROZEN: TypeAdapter[TrackerReading] = TypeAdapter(TrackerReading)
"""How a submitted tracker is kept."""


async def read_tracker(
    tx: Transaction, provider_id: str | None, month: date, staffing: Staffing | None = None
) -> TrackerReading:
    """The tracker of one provider, or of the partnership when none is named, for a month, as is known now.

    `staffing` adds to what the providers' monthly reports said of their posts.

    Raises:
        ProgrammeNotLoaded: nothing was loaded yet.
        NoSuchProvider: the programme names no such provider.
    """
    programme = await programme_in_force(tx.session, tx.programme_id)
    if programme is None:
        raise ProgrammeNotLoaded
    card, contract_start = _whose(programme, provider_id)
    periods, illustrative = await target_periods(tx.session, tx.programme_id, programme.version, provider_id)
    counts = await tally_to_date(tx.session, tx.programme_id, provider_id, month)
    posts = {**await staffing_to_date(tx.session, tx.programme_id, month), **(staffing or {})}
    vacancies = vacancies_by_month(periods, month, posts)
    targets = Promised(targets_by_month(periods, month), contract_start, month, vacancies)
    figures = tracker(programme.rows(card), targets, counts)
    missing = (
        targets_missing(periods, one.provider_id, one.joined_on, one.left_on, month)
        for one in programme.providers
        if provider_id in (None, one.provider_id)
    )
    return TrackerReading(figures, illustrative, tuple(each for each in missing if each is not None))


def _whose(programme: ProgrammeInForce, provider_id: str | None) -> tuple[str | None, date]:
    """The card that decides the rows, and the day from which targets count."""
    if provider_id is None:
        return None, programme.starts_on
    provider = programme.provider(provider_id)
    if provider is None:
        raise NoSuchProvider
    return provider.rate_card, provider.joined_on
