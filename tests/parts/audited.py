"""Every change of a participant's record is in the audit, by a row of the same transaction that names them.

PostgreSQL remembers which transaction wrote a row (`xmin`): what was written and not audited shows whoever wrote it, a
request or a reaction, and by whatever statement.
"""

from typing import Any

OF_PARTICIPANTS = """
with people as (
    select c.oid, c.relname, format('t.%I', a.attname) as person, '' as above
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'participant_id' and not a.attisdropped
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
)
select relname, person, above from people
union all
select c.relname, 'p.participant_id',
       format('join %I p on p.%I = t.%I', p.relname, theirs.attname, ours.attname)
from pg_constraint f
join people p on p.oid = f.confrelid
join pg_class c on c.oid = f.conrelid and c.oid not in (select oid from people)
join pg_attribute ours on ours.attrelid = f.conrelid and ours.attnum = f.conkey[cardinality(f.conkey)]
join pg_attribute theirs on theirs.attrelid = f.confrelid and theirs.attnum = f.confkey[cardinality(f.confkey)]
where f.contype = 'f'
order by 1
"""
"""Each table about participants, by its own column or that of what it belongs to, and how its person is found."""
UNAUDITED = """
select distinct {person}::text from {table} t {above}
where {person} is not null and not exists (
    select from audit a where a.xmin = t.xmin and a.subjects @> array['participant/' || {person}])
"""


async def unaudited(admin: Any) -> dict[str, list[str]]:
    """By table, of whom there is a row that its transaction did not name in the audit."""
    found: dict[str, list[str]] = {}
    for table, person, above in await admin.fetch(OF_PARTICIPANTS):
        people = await admin.fetch(UNAUDITED.format(table=table, person=person, above=above))
        if people:
            found[table] = sorted(set(found.get(table, [])) | {row[0] for row in people})
    return found
