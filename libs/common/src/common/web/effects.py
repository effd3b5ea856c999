"""Whether what was applied is still there: each heard event left in the audit which rows its effect is in."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.contracts import EVERY_EVENT
from common.database import rows
from common.transaction import Transaction

from .access import reading
from .fields import AnswerBody
from .pages import Cursor, Limit, cursor_of, key_of
from .routing import Routes

router = Routes(prefix="/v1/inbox", tags=["operations"])

APPLIED = text("""
select position, split_part(action, ' ', 2) as type, subjects[1] as subject, cause as event_id, recorded_at, effect
from audit where position > :after and cause is not null order by position limit :limit
""")
KEYS = text("""
select relname, array_agg(attname order by array_position(cast(indkey as int2[]), attnum)) as key
from pg_class join pg_index on indrelid = pg_class.oid and indisprimary
join pg_attribute on attrelid = pg_class.oid and attnum = any(indkey)
where relnamespace = cast('public' as regnamespace) and relname = any(:tables)
group by relname
""")
GONE = """
select {name} from jsonb_populate_recordset(cast(null as "{table}"), cast(:owed as jsonb)) as owed
where not exists (select from "{table}" as kept where {same})
"""
TAKEN = text("""
select position, effect from audit where position > :after and effect[1] like '-%' order by position
""")
"""What reactions took away themselves: names of such rows come first, and have an index."""


class GoneEffect(AnswerBody):
    """An event that was applied here, by its stream, and the rows of its effect that somebody took away since."""

    topic: str
    subject: str
    event_id: UUID
    type: str
    applied_at: AwareDatetime
    rows: list[str]
    """The rows that are gone, each by its table and its key: `support_case/0197…`."""


class EffectsFound(AnswerBody):
    """What is gone of what a page of events did here; `next` is the cursor of the following page."""

    items: list[GoneEffect]
    looked_at: int
    """How many events were looked at, to see whether their effect is still there."""
    unknown: int
    """How many events could not be judged, because they were applied before the service kept which rows an event wrote.
    """
    next: str | None


@router.get("/effects")
async def find_gone_effects(
    tx: Annotated[Transaction, reading("operator", "auditor")], cursor: Cursor = None, limit: Limit = 200
) -> EffectsFound:
    """Look whether what events did here is still there, in the order they were applied; what is not is named.

    Each event that is applied leaves in the audit which rows it wrote. One that is there no more, and that no later
    event took away, was deleted past the service. Reporting's read models are compared by `reporting.rebuild`.
    """
    [after] = key_of(cursor, int) or (0,)
    return await look(tx.session, after, limit)


async def look(session: AsyncSession, after: int = 0, limit: int = 200) -> EffectsFound:
    """Look for the effects of what was applied after a place in the audit."""
    events = rows(await session.execute(APPLIED, {"after": after, "limit": limit}))
    events_with_effect = [event for event in events if event["effect"] is not None]
    missing = await _gone(session, {name for event in events_with_effect for name in event["effect"]})
    removals = await _taken(session, after) if missing else {}
    owed = ((event, sorted(_owed(event, missing, removals))) for event in events_with_effect)
    return EffectsFound(
        items=[_shown(event, names) for event, names in owed if names],
        looked_at=len(events_with_effect),
        unknown=len(events) - len(events_with_effect),
        next=cursor_of(events[-1]["position"]) if len(events) == limit else None,
    )


async def _gone(session: AsyncSession, names: Iterable[str]) -> set[str]:
    """Of rows by their names, those that are not there; of a table that is no more, none."""
    by_table: dict[str, list[str]] = defaultdict(list)
    for table, _, key in (name.partition("/") for name in names):
        by_table[table].append(key)
    keys = {row.relname: row.key for row in await session.execute(KEYS, {"tables": list(by_table)})}
    missing = set[str]()
    for table, columns in keys.items():
        owed = [dict(zip(columns, key.split("/", len(columns) - 1), strict=True)) for key in by_table[table]]
        same = " and ".join(f'kept."{column}" = owed."{column}"' for column in columns)
        name = " || '/' || ".join([f"'{table}'", *(f'owed."{column}"' for column in columns)])
        query = text(GONE.format(table=table, name=name, same=same))
        missing |= set(await session.scalars(query, {"owed": json.dumps(owed)}))
    return missing


async def _taken(session: AsyncSession, after: int) -> dict[str, int]:
    """By their names, the rows that events took away, and the place in the audit where they did last."""
    rows = await session.execute(TAKEN, {"after": after})
    return {name.removeprefix("-"): row.position for row in rows for name in row.effect if name.startswith("-")}


def _owed(event: Mapping[str, Any], missing: set[str], removals: Mapping[str, int]) -> set[str]:
    return {name for name in missing.intersection(event["effect"]) if removals.get(name, 0) <= event["position"]}


def _shown(event: Mapping[str, Any], names: Sequence[str]) -> GoneEffect:
    topic = EVERY_EVENT[event["type"]].topic
    return GoneEffect(topic=topic, applied_at=event["recorded_at"], rows=list(names), **event)
