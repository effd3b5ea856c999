"""The tally's cells: written once for a batch, and added up for a tracker."""

import json
from collections.abc import Mapping
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import rows
from programme.activities import Activity
from reporting.domain.standing import Counts, Place, counted
from reporting.domain.tally import PLACED, RECEIVED, STARTED, Tally

ACTIVITY = frozenset({RECEIVED, PLACED, STARTED, *Activity})
"""The cells of the tally that count no outcome."""

# In the key's order, so that two hearers wait for one another and never in a circle.
ADD = text("""
insert into tally (programme_id, provider_id, counted, place, month, count)
select programme_id, provider_id, counted, place, month, count from jsonb_to_recordset(cast(:cells as jsonb))
    as cell (programme_id text, provider_id text, counted text, place text, month date, count bigint)
order by programme_id, provider_id, counted, place, month
on conflict (programme_id, provider_id, counted, place, month) do update set count = tally.count + excluded.count
returning count = 0
""")
FORGET_NOTHING = text("""
delete from tally using jsonb_to_recordset(cast(:cells as jsonb))
    as cell (programme_id text, provider_id text, counted text, place text, month date)
where tally.count = 0 and (tally.programme_id, tally.provider_id, tally.counted, tally.place, tally.month)
    = (cell.programme_id, cell.provider_id, cell.counted, cell.place, cell.month)
""")
TO_DATE = text("""
select counted, place, cast(sum(count) as bigint) as count from tally
where programme_id = :programme and month <= :month and (cast(:provider as text) is null or provider_id = :provider)
group by counted, place having sum(count) <> 0
""")


async def add_to_tally(session: AsyncSession, moves: Mapping[str, Tally]) -> None:
    """Add to the cells of each programme, in one statement; a cell that holds nothing any more is gone."""
    cells = json.dumps(
        [
            {"programme_id": programme, **cell._asdict(), "month": cell.month.isoformat(), "count": count}
            for programme, tally in moves.items()
            for cell, count in tally.items()
            if count
        ]
    )
    if cells != "[]" and any(await session.scalars(ADD, {"cells": cells})):
        await session.execute(FORGET_NOTHING, {"cells": cells})


async def tally_to_date(session: AsyncSession, programme_id: str, provider_id: str | None, month: date) -> Counts:
    """Activity by its name, and outcomes by code, to the end of a month; of one provider, or of the partnership."""
    parameters = {"programme": programme_id, "provider": provider_id, "month": month}
    counts: list[tuple[str, Place, int]] = [
        (row["counted"], row["place"], row["count"]) for row in rows(await session.execute(TO_DATE, parameters))
    ]
    activities = {code: count for code, _, count in counts if code in ACTIVITY}
    activity = {each.value: activities.get(_cell(each, provider_id), 0) for each in Activity}
    return counted((one for one in counts if one[0] not in ACTIVITY), activity)


def _cell(activity: Activity, provider_id: str | None) -> str:
    match activity:
        case Activity.REFERRALS:
            return RECEIVED if provider_id is None else PLACED
        case Activity.NEW_STARTS:
            return STARTED
        case _:
            return activity.value
