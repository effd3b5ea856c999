"""Keep what happened and counts by its day alone: one row a thing, whatever the activity."""

from datetime import date
from uuid import UUID

from common.transaction import Transaction
from programme.activities import Activity
from reporting.domain.tally import NO_PROVIDER
from reporting.storage.projecting import keep
from reporting.storage.tables.read_models import ActivityRow


def keep_activity(
    tx: Transaction, activity: Activity, thing_id: UUID, provider_id: str | None, day: date | None
) -> None:
    """Count a thing on its day, or on another than before; without a day, not at all: it never happened."""
    keep(
        tx,
        ActivityRow,
        activity=activity.value,
        thing_id=thing_id,
        provider_id=provider_id or NO_PROVIDER,
        happened_on=day,
    )
