"""Files of rows as they are kept: sent, carried out row by row, told of, and forgotten."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from common.database import rows
from common.transaction import KEYS_ARE_GOOD_FOR_DAYS, Actor, Transaction

from .reading import SentRow

RowResult = Literal["accepted", "duplicate", "refused", "stopped"]
JobState = Literal["waiting", "running", "done", "stopped"]
DRY_GROUP = 500
"""Of a dry run: each row sees what those before it would have done, which is held no longer than a second or two."""
MOST_OPEN = 10
"""Files of one organisation that wait at the same time."""
MOST_DAYS_WAITING = 7
"""After that a file is stopped, and what was sent is dropped."""
LAST_LINE = 2**31 - 1
RESULTS_ARE_KEPT_FOR_DAYS = KEYS_ARE_GOOD_FOR_DAYS
"""As long as a row sent again is answered as before."""

KEEP_JOB = text("""
insert into bulk_job (id, programme_id, organisation_id, kind, dry_run, profile, profile_version, actor,
                      organisation_kind, roles, person, business_at, rows)
values (:id, :programme_id, :organisation_id, :kind, :dry_run, :profile, :profile_version, :actor,
        :organisation_kind, :roles, :person, :business_at, :rows)
""")
KEEP_ROWS = text("""
insert into bulk_row (job_id, line, programme_id, organisation_id, key, said)
select :job, line, :programme, :organisation, key, said
from unnest(cast(:lines as integer[]), cast(:keys as text[]), cast(:said as text[])) as sent (line, key, said)
""")
OPEN_JOBS = text(
    "select count(*) from bulk_job where programme_id = :programme and organisation_id = :organisation"
    " and state in ('waiting', 'running')"
)
OWN = "programme_id = :programme and organisation_id = :organisation"
ONE = text(f"select * from bulk_job where id = :id and {OWN}")  # noqa: S608 - our own words
ONE_HELD = text(f"select * from bulk_job where id = :id and {OWN} for update")  # noqa: S608 - our own words
LIST = text(f"""
select * from bulk_job where {OWN} and (cast(:before as uuid) is null or id < :before) order by id desc limit :most
""")  # noqa: S608 - our own words
STOP = text("""
with dropped as (
    update bulk_row set said = null, result = 'stopped', subjects = '{}' where job_id = :id and result is null
)
update bulk_job set state = 'stopped', settled_at = clock_timestamp(), version = version + 1
where id = :id returning *
""")
RESULTS = text("""
select line, key, result, status, answer, subjects from bulk_row
where job_id = :id and line > :after and line <= :until and result is not null
  and (cast(:result as text) is null or result = :result)
order by line limit :most
""")

TAKE = text("""
select * from bulk_job
where state in ('waiting', 'running') and kind = any(:kinds) and (not_before is null or not_before <= clock_timestamp())
order by worked_at nulls first, id limit 1 for update skip locked
""")
"""The file that was worked at longest ago. Whoever holds it works at it alone, so its rows go in their order; a killed
worker's lock ends with its connection, and another goes on with the first row that is not carried out."""
NEXT_ROWS = text(
    "select line, key, said from bulk_row where job_id = :id and line > :done_to order by line limit :most"
)
SETTLE = text("""
with settled as (
    update bulk_row set said = null, result = told.result, status = told.status, answer = told.answer,
                        subjects = told.subjects
    from json_to_recordset(cast(:results as json)) as told (
        line integer, result text, status integer, answer text, subjects text[])
    where job_id = :id and bulk_row.line = told.line
)
update bulk_job set
    state = case when :is_over then 'done' else 'running' end, version = version + 1, done_to = :done_to,
    accepted = accepted + :accepted, duplicate = duplicate + :duplicate, refused = refused + :refused,
    attempts = 0, worked_at = clock_timestamp(),
    not_before = case when :waits then clock_timestamp() + interval '1 second' end,
    settled_at = case when :is_over then clock_timestamp() end
where id = :id
""")
PUT_OFF = text("""
update bulk_job set attempts = attempts + 1, worked_at = clock_timestamp(),
                    not_before = clock_timestamp() + make_interval(secs => least(60, power(2, attempts)))
where id = :id
""")
STOP_A_LATE_ONE = text("""
with late as (
    select id from bulk_job
    where state in ('waiting', 'running') and submitted_at < clock_timestamp() - make_interval(days => :days)
    limit 1 for update skip locked
), dropped as (
    update bulk_row set said = null, result = 'stopped', subjects = '{}'
    where job_id in (select id from late) and result is null
)
update bulk_job set state = 'stopped', settled_at = clock_timestamp(), version = version + 1
where id in (select id from late) returning id
""")
FORGET_AN_OLD_ONE = text("""
with old as (
    select id from bulk_job where settled_at < clock_timestamp() - make_interval(days => :days)
    limit 1 for update skip locked
), emptied as (
    delete from bulk_row where job_id in (select id from old)
)
delete from bulk_job where id in (select id from old) returning id
""")


def tried_together(*, dry_run: bool) -> int | None:
    """How many rows of a dry run are tried at a time; none where rows are carried out."""
    return DRY_GROUP if dry_run else None


@dataclass(frozen=True, slots=True)
class BulkJob:
    """A file that was sent: whose, of what, and how far it is carried out."""

    id: UUID
    programme_id: str
    organisation_id: str
    kind: str
    dry_run: bool
    profile: str | None
    profile_version: int | None
    actor: str
    organisation_kind: str
    roles: Sequence[str]
    person: bool
    business_at: datetime
    submitted_at: datetime
    state: JobState
    version: int
    rows: int
    done_to: int
    """The line of the last row that was carried out."""
    accepted: int
    duplicate: int
    refused: int
    attempts: int
    not_before: datetime | None
    worked_at: datetime | None
    settled_at: datetime | None

    @property
    def sender(self) -> Actor:
        """Who sent it, with the roles they had then."""
        return Actor(self.actor, self.organisation_id, self.organisation_kind, frozenset(self.roles), self.person)

    @property
    def tried_together(self) -> int | None:
        """As `tried_together` says."""
        return tried_together(dry_run=self.dry_run)

    @property
    def told_to(self) -> int:
        """The line up to which it is known what came of the rows."""
        return self.done_to if self.is_open else LAST_LINE

    @property
    def is_open(self) -> bool:
        """Whether rows of it are still to be carried out."""
        return self.state in ("waiting", "running")


@dataclass(frozen=True, slots=True)
class ToldRow:
    """What came of a row: the answer of its request, or the problem that stands in its way."""

    line: int
    key: str
    result: RowResult
    status: int | None = None
    answer: Mapping[str, Any] | None = None
    subjects: Sequence[str] = ()

    @property
    def kept(self) -> dict[str, Any]:
        """As `SETTLE` takes it: the answer as text, for it may hold what no `jsonb` does."""
        facts = {"line": self.line, "result": self.result, "status": self.status, "subjects": list(self.subjects)}
        return facts | {"answer": json.dumps(self.answer)}


async def keep_job(tx: Transaction, job: Mapping[str, Any]) -> None:
    """Keep that a file was sent, by whom and in which roles."""
    actor = tx.actor
    sender = {"actor": actor.id, "organisation_kind": actor.organisation_kind, "person": actor.person}
    own = {"programme_id": tx.programme_id, "organisation_id": actor.organisation, "business_at": tx.now}
    await tx.session.execute(KEEP_JOB, {**job, **sender, **own, "roles": sorted(actor.roles)})


async def keep_rows(tx: Transaction, job_id: UUID, batch: Sequence[SentRow]) -> None:
    """Keep part of a file until it is carried out."""
    requests = [json.dumps({"path": dict(row.request.path), "body": row.request.body}) for row in batch]
    whose = {"job": job_id, "programme": tx.programme_id, "organisation": tx.actor.organisation}
    of_rows = {"lines": [row.line for row in batch], "keys": [row.key for row in batch], "said": requests}
    await tx.session.execute(KEEP_ROWS, whose | of_rows)


async def open_jobs(tx: Transaction) -> int:
    """How many files of the asker's organisation wait or are worked at."""
    return await tx.session.scalar(OPEN_JOBS, _own(tx)) or 0


async def find_job(tx: Transaction, job_id: UUID, *, to_change: bool = False) -> BulkJob | None:
    """A file of the asker's organisation."""
    records = rows(await tx.session.execute(ONE_HELD if to_change else ONE, _own(tx) | {"id": job_id}))
    return BulkJob(**records[0]) if records else None


async def list_jobs(tx: Transaction, before: UUID | None, most: int) -> list[BulkJob]:
    """The organisation's files, the last sent first."""
    records = await tx.session.execute(LIST, _own(tx) | {"before": before, "most": most})
    return [BulkJob(**row) for row in rows(records)]


async def stop_job(tx: Transaction, job_id: UUID) -> BulkJob:
    """Carry out no more rows, and drop what was sent of them."""
    [row] = rows(await tx.session.execute(STOP, {"id": job_id}))
    return BulkJob(**row)


async def results_of(
    session: AsyncSession, job: BulkJob, after: int, most: int, result: RowResult | None = None
) -> list[ToldRow]:
    """What came of the rows after a line, in the order of the file, as far as the job had come when it was read."""
    parameters = {"id": job.id, "after": after, "until": job.told_to, "most": most, "result": result}
    records = rows(await session.execute(RESULTS, parameters))
    return [ToldRow(**row | {"answer": json.loads(row["answer"] or "null")}) for row in records]


async def take_job(session: AsyncSession, kinds: Sequence[str]) -> BulkJob | None:
    """A file with rows to carry out, held until the transaction ends."""
    records = rows(await session.execute(TAKE, {"kinds": list(kinds)}))
    return BulkJob(**records[0]) if records else None


async def next_rows(session: AsyncSession, job: BulkJob, most: int) -> list[dict[str, Any]]:
    """The first rows that are not carried out: line, key and what they say, as it was kept."""
    return rows(await session.execute(NEXT_ROWS, {"id": job.id, "done_to": job.done_to, "most": most}))


async def settle(
    session: AsyncSession, job: BulkJob, results: Sequence[ToldRow], *, is_over: bool, waits: bool
) -> None:
    """Keep what came of rows, and forget what they said."""
    count = {kind: sum(row.result == kind for row in results) for kind in ("accepted", "duplicate", "refused")}
    stands = {"id": job.id, "done_to": results[-1].line if results else job.done_to, "is_over": is_over, "waits": waits}
    await session.execute(SETTLE, {"results": json.dumps([row.kept for row in results]), **count, **stands})


async def put_off(session: AsyncSession, job_id: UUID) -> None:
    """Try again later, each time twice as late, and one row at a time."""
    await session.execute(PUT_OFF, {"id": job_id})


async def forget_one(session: AsyncSession) -> bool:
    """Stop a file that has waited too long, and forget one whose rows were carried out long ago; false if there is
    neither."""
    late = await session.scalar(STOP_A_LATE_ONE, {"days": MOST_DAYS_WAITING})
    old = await session.scalar(FORGET_AN_OLD_ONE, {"days": RESULTS_ARE_KEPT_FOR_DAYS})
    return (late, old) != (None, None)


def _own(tx: Transaction) -> dict[str, Any]:
    return {"programme": tx.programme_id, "organisation": tx.actor.organisation}
